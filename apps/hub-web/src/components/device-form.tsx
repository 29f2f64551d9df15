"use client";

import type { Device } from "@tenfold/catalog";
import { useState } from "react";
import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import styles from "./card-form.module.css";
import { FailureNote } from "./failure-note.tsx";
import { NumberField, SelectField, TextField } from "./fields.tsx";
import { goTo } from "./go-to.ts";
import { ReadyForm } from "./ready-form.tsx";
import { useAction } from "./use-action.ts";

type Figure = { value: number; source: string } | undefined;

/** A device's fields, each figure beside its source. */
export function DeviceForm({ device: begun, revision }: { device: Device; revision: number }) {
  const [device, setDevice] = useState(begun);
  const { run, isRunning, failure } = useAction();
  const set = (change: Partial<{ [Key in keyof Device]: Device[Key] | undefined }>) => setDevice((before) => ({ ...before, ...change }) as Device);
  const { applicationMemoryBytes: application, os } = device;
  const setApplication = (usual: Figure, increased: Figure) => set({ applicationMemoryBytes: usual ? { usual, ...(increased && { increased }) } : undefined });
  return (
    <ReadyForm
      className={`${styles.form} ${styles.wide}`}
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => {
          await api.devices.save.mutate({ revision, device: withoutEmpty(device) });
          await goTo(`/devices/${device.id}/edit`);
        });
      }}
    >
      <div className={styles.pair}>
        <TextField label="Name" value={device.name} onChange={(name) => set({ name })} maxLength={200} required />
        <TextField label="Id" isCode value={device.id} onChange={(id) => set({ id })} disabled={revision > 0} maxLength={128} required />
      </div>
      <div className={styles.pair}>
        <SelectField label="Kind" value={device.kind} options={["phone", "tablet", "computer", "browser"]} onChange={(kind) => set({ kind })} />
        <TextField label="Chip" value={device.chip ?? ""} onChange={(chip) => set({ chip: chip || undefined })} maxLength={100} />
      </div>
      {/* Words would part "iPhone16,1" at its comma. */}
      <TextField
        label="Identifiers"
        isCode
        hint="As the system names it, with spaces between them: iPhone16,1 iPhone16,2"
        value={(device.identifiers ?? []).join(" ")}
        onChange={(text) => set({ identifiers: text === "" ? undefined : text.split(" ") })}
      />
      <div className={styles.pair}>
        <TextField
          label="System"
          isCode
          hint="ios, ipados, macos…"
          value={os?.name ?? ""}
          onChange={(name) => set({ os: name ? { minimumVersion: "", ...os, name } : undefined })}
        />
        <TextField label="From version" value={os?.minimumVersion ?? ""} onChange={(minimumVersion) => set({ os: { name: "", ...os, minimumVersion } })} />
        <TextField
          label="To version"
          hint="Empty while new ones run"
          value={os?.maximumVersion ?? ""}
          onChange={(maximumVersion) => set({ os: { name: "", minimumVersion: "", ...os, maximumVersion } })}
        />
      </div>
      <FigureFields label="Memory, in GB of 1,024³ bytes" unit={1024 ** 3} figure={device.memoryBytes} onChange={(memoryBytes) => set({ memoryBytes })} />
      <FigureFields
        label="One application may use, in GB"
        unit={1e9}
        figure={application?.usual}
        onChange={(usual) => setApplication(usual, application?.increased)}
      />
      <FigureFields
        label="With the increased-memory entitlement, in GB"
        unit={1e9}
        figure={application?.increased}
        onChange={(increased) => setApplication(application?.usual ?? increased, increased)}
      />
      <FigureFields
        label="Memory bandwidth, in GB/s"
        unit={1e9}
        figure={device.memoryBytesPerSecond}
        onChange={(memoryBytesPerSecond) => set({ memoryBytesPerSecond })}
      />
      <FigureFields
        label="Cores of the neural engine"
        unit={1}
        figure={device.neuralEngineCores}
        onChange={(neuralEngineCores) => set({ neuralEngineCores })}
      />
      <FailureNote failure={failure} />
      <div className={styles.actions}>
        <Button kind="primary" type="submit" isBusy={isRunning}>
          Save for review
        </Button>
      </div>
    </ReadyForm>
  );
}

function FigureFields({ label, unit, figure, onChange }: { label: string; unit: number; figure: Figure; onChange: (figure: Figure) => void }) {
  const [source, setSource] = useState(figure?.source ?? "");
  return (
    <div className={styles.pair}>
      <NumberField
        label={label}
        value={figure === undefined ? undefined : figure.value / unit}
        step={0.001}
        onChange={(value) => onChange(value === undefined ? undefined : { value: Math.round(value * unit), source })}
      />
      <TextField
        label="Source"
        value={source}
        required={figure !== undefined}
        onChange={(text) => {
          setSource(text);
          if (figure) onChange({ ...figure, source: text });
        }}
      />
    </div>
  );
}

/** What was emptied is absent. */
function withoutEmpty({ os, identifiers, ...device }: Device): Device {
  const words = identifiers?.filter(Boolean) ?? [];
  const { maximumVersion, ...system } = os ?? { name: "", minimumVersion: "" };
  return {
    ...(Object.fromEntries(Object.entries(device).filter(([, value]) => value !== undefined)) as Device),
    ...(words.length > 0 && { identifiers: words }),
    ...(system.name && { os: { ...system, ...(maximumVersion && { maximumVersion }) } }),
  };
}
