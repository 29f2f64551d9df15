import * as z from "zod/mini";
import { chunkListSchema } from "./artifact.ts";
import { compatibilitySchema } from "./compatibility.ts";
import { deviceSchema } from "./device.ts";
import { frameworkProfileSchema } from "./framework-profile.ts";
import { measurementSchema } from "./measurement.ts";
import { manifestSchema } from "./model.ts";
import { channelSchema, releaseSchema } from "./release.ts";

const documents = z.registry<{ id: string }>();
documents.add(manifestSchema, { id: "Manifest" });
documents.add(chunkListSchema, { id: "ChunkList" });
documents.add(releaseSchema, { id: "Release" });
documents.add(channelSchema, { id: "Channel" });
documents.add(deviceSchema, { id: "Device" });
documents.add(frameworkProfileSchema, { id: "FrameworkProfile" });
documents.add(measurementSchema, { id: "Measurement" });
documents.add(compatibilitySchema, { id: "Compatibility" });

/** Every document of a catalog as one JSON Schema (2020-12): each under `$defs` by its name. */
export function catalogJsonSchema() {
  const { schemas } = z.toJSONSchema(documents, { target: "draft-2020-12", io: "input", uri: (id) => `#/$defs/${id}` });
  // Inside one document a schema is found by its place; an id or dialect of its own would start another document.
  const $defs = Object.fromEntries(Object.entries(schemas).map(([name, { $id: _id, $schema: _dialect, ...schema }]) => [name, schema]));
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title: "Tenfold catalog", $defs };
}
