import { parse } from "@tenfold/catalog";
import type { DeviceProbe, DeviceState, Hardware } from "@tenfold/core";
import { z } from "zod";
import type { TenfoldAppleModule } from "../native-module.ts";

const bytes = z.number().nonnegative().optional();
const hardwareSchema = z.object({
  identifier: z.string().optional(),
  chip: z.string().optional(),
  osVersion: z.string().optional(),
  processor: z.object({
    model: z.string().optional(),
    logicalCores: z.number().int().min(1),
    performanceCores: z.number().int().optional(),
    efficiencyCores: z.number().int().optional(),
    features: z.array(z.string()),
  }),
  memory: z.object({ totalBytes: bytes, limitBytes: bytes }),
  graphics: z.array(
    z.object({ name: z.string().optional(), accelerator: z.literal("metal"), maxBufferBytes: bytes, features: z.array(z.string()).optional() }),
  ),
  storageQuotaBytes: bytes,
  portable: z.boolean().optional(),
});
const stateSchema = z.object({
  availableMemoryBytes: bytes,
  busyCores: z.number().optional(),
  thermal: z.enum(["nominal", "fair", "serious", "critical"]).optional(),
  batteryLevel: z.number().min(0).max(1).optional(),
  charging: z.boolean().optional(),
  lowPower: z.boolean().optional(),
});

/** The device as Swift sees it: memory, heat, battery. */
export function createAppleDevice(module: TenfoldAppleModule): DeviceProbe {
  return {
    describe: async () => parse(hardwareSchema, JSON.parse(await module.hardware()), "hardware of this device") as Hardware,
    state: async () => stateOf(await module.deviceState()),
    observe(listener) {
      const subscriptions = [
        module.addListener("memoryPressure", ({ level }) => listener({ type: "memory-pressure", level })),
        module.addListener("deviceState", ({ state }) => listener({ type: "state", state: stateOf(state) })),
      ];
      return () => {
        for (const subscription of subscriptions) subscription.remove();
      };
    },
  };
}

const stateOf = (text: string) => parse(stateSchema, JSON.parse(text), "state of this device") as DeviceState;
