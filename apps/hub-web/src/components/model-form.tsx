"use client";

import { capabilitySchema } from "@tenfold/catalog";
import { Fragment, useState } from "react";
import type { ModelEdit } from "../curation/model-edit.ts";
import { mergeDocuments } from "../diff/merge-documents.ts";
import { api, apiFailure } from "./api-client.ts";
import { Button, ButtonLink } from "./button.tsx";
import { type EditConflict, EditConflictPanel, readConflict } from "./edit-conflict.tsx";
import { FailureNote } from "./failure-note.tsx";
import { CheckField, CheckGroup, NumberField, SelectField, TextArea, TextField, WordsField } from "./fields.tsx";
import { goTo } from "./go-to.ts";
import styles from "./model-form.module.css";
import { ReadyForm } from "./ready-form.tsx";
import { useAction } from "./use-action.ts";
import { VariantFields } from "./variant-fields.tsx";
import { textOrNothing, withoutNothing } from "./without-nothing.ts";

/** All of a model. What is empty is unknown, and left out. */
export function ModelForm({ revision: begun, model: given }: { revision: number; model: ModelEdit }) {
  const [model, setModel] = useState(given);
  const [revision, setRevision] = useState(begun);
  const [conflict, setConflict] = useState<EditConflict>();
  const { run, isRunning, failure } = useAction();
  const isNew = begun === 0;
  const set = (change: Partial<{ [Key in keyof ModelEdit]: ModelEdit[Key] | undefined }>) => setModel((before) => withoutNothing({ ...before, ...change }));

  const save = () =>
    run(async () => {
      try {
        await api.curation.save.mutate({ revision, model });
        await goTo(`/curate/models/${model.id}`);
      } catch (error) {
        const found = readConflict(apiFailure(error));
        if (found === undefined) throw error;
        setConflict(found);
      }
    });

  const { licence, tokenizer, chatTemplate, defaults } = model;
  return (
    <ReadyForm
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {conflict && (
        <EditConflictPanel
          conflict={conflict}
          onDecide={(choices) => {
            setModel(mergeDocuments(conflict.base, conflict.theirs, model, choices).merged as ModelEdit);
            setRevision(conflict.revision);
            setConflict(undefined);
          }}
        />
      )}
      {/* After a conflict the fields begin anew: some keep what is typed, and whose row it is. */}
      <Fragment key={revision}>
        <fieldset>
          <legend>Model</legend>
          <div className={styles.grid}>
            <TextField label="Name" value={model.name} onChange={(name) => set({ name })} maxLength={200} required />
            <TextField label="Publisher" value={model.publisher} onChange={(publisher) => set({ publisher })} maxLength={200} required />
            <TextField
              label="Id"
              hint={isNew ? "Appears in addresses and commands: lower-case letters, digits, dots, dashes. It never changes." : undefined}
              value={model.id}
              onChange={(id) => set({ id })}
              maxLength={128}
              isCode
              required
              disabled={!isNew}
            />
            <TextField
              label="Home page"
              type="url"
              value={model.homepage ?? ""}
              onChange={(homepage) => set({ homepage: textOrNothing(homepage) })}
              placeholder="https://"
            />
          </div>
          <TextArea
            label="Description"
            hint="The first sentence stands in lists."
            value={model.description}
            onChange={(description) => set({ description })}
            maxLength={10_000}
          />
          <CheckGroup label="Capabilities" options={capabilitySchema.options} values={model.capabilities} onChange={(capabilities) => set({ capabilities })} />
          <div className={styles.grid}>
            <TextField
              label="Architecture"
              value={model.architecture ?? ""}
              onChange={(architecture) => set({ architecture: textOrNothing(architecture) })}
              maxLength={100}
              isCode
            />
            <NumberField label="Parameters" value={model.parameterCount} onChange={(parameterCount) => set({ parameterCount })} min={1} />
            <NumberField label="Context, in tokens" value={model.contextLength} onChange={(contextLength) => set({ contextLength })} min={1} />
            <WordsField label="Languages" hint="en, de, pt-BR…" values={model.languages} onChange={(languages) => set({ languages })} />
          </div>
        </fieldset>

        <fieldset>
          <legend>Licence</legend>
          <div className={styles.grid}>
            <TextField
              label="Licence id"
              hint="SPDX where there is one."
              value={licence.id}
              onChange={(id) => set({ licence: { ...licence, id } })}
              maxLength={100}
              isCode
              required
            />
            <TextField
              label="Licence name"
              value={licence.name ?? ""}
              onChange={(name) => set({ licence: withoutNothing({ ...licence, name: textOrNothing(name) }) })}
            />
            <TextField
              label="Licence text"
              type="url"
              value={licence.url ?? ""}
              onChange={(url) => set({ licence: withoutNothing({ ...licence, url: textOrNothing(url) }) })}
              placeholder="https://"
            />
            <SelectField
              label="Consent"
              value={licence.requiresConsent === undefined ? "" : licence.requiresConsent ? "yes" : "no"}
              options={[
                { value: "", name: "As the source asks" },
                { value: "yes", name: "Clients ask before they fetch" },
                { value: "no", name: "Nobody is asked" },
              ]}
              onChange={(value) => set({ licence: withoutNothing({ ...licence, requiresConsent: value === "" ? undefined : value === "yes" }) })}
            />
          </div>
          <CheckField
            label="Gated: the source asks for an account or consent"
            checked={licence.gated}
            onChange={(gated) => set({ licence: { ...licence, gated } })}
          />
        </fieldset>

        <fieldset>
          <legend>Prompts and generation</legend>
          <div className={styles.grid}>
            <SelectField
              label="Tokenizer"
              value={tokenizer?.kind ?? ""}
              options={[
                { value: "", name: "Not known" },
                { value: "embedded", name: "In the weights" },
                { value: "artifact", name: "In a file of its own" },
                { value: "system", name: "The system's" },
              ]}
              onChange={(kind) => set({ tokenizer: kind === "" ? undefined : { ...tokenizer, kind } })}
            />
            {tokenizer?.kind === "artifact" && (
              <TextField
                label="Tokenizer file"
                value={tokenizer.path ?? ""}
                onChange={(path) => set({ tokenizer: withoutNothing({ ...tokenizer, path: textOrNothing(path) }) })}
                isCode
              />
            )}
            {tokenizer && (
              <NumberField
                label="Vocabulary"
                value={tokenizer.vocabularySize}
                onChange={(vocabularySize) => set({ tokenizer: withoutNothing({ ...tokenizer, vocabularySize }) })}
                min={1}
              />
            )}
            <SelectField
              label="Chat template"
              value={chatTemplate?.kind ?? ""}
              options={[
                { value: "", name: "None" },
                { value: "embedded", name: "In the weights" },
                { value: "artifact", name: "In a file of its own" },
                { value: "inline", name: "Written here" },
                { value: "framework", name: "The framework's own" },
              ]}
              onChange={(kind) => set({ chatTemplate: kind === "" ? undefined : { ...chatTemplate, kind } })}
            />
            {chatTemplate?.kind === "artifact" && (
              <TextField
                label="Template file"
                value={chatTemplate.path ?? ""}
                onChange={(path) => set({ chatTemplate: withoutNothing({ ...chatTemplate, path: textOrNothing(path) }) })}
                isCode
              />
            )}
          </div>
          {chatTemplate?.kind === "inline" && (
            <TextArea
              label="Template"
              value={chatTemplate.source ?? ""}
              onChange={(source) => set({ chatTemplate: withoutNothing({ ...chatTemplate, source: textOrNothing(source) }) })}
              rows={8}
              maxLength={262_144}
              isCode
            />
          )}
          <div className={styles.grid}>
            {numbers.map(({ name, label, step, max }) => (
              <NumberField
                key={name}
                label={label}
                value={defaults?.[name]}
                step={step}
                {...(max !== undefined && { max })}
                onChange={(value) => {
                  const next = withoutNothing({ ...defaults, [name]: value });
                  set({ defaults: Object.keys(next).length > 0 ? next : undefined });
                }}
              />
            ))}
          </div>
          <TextArea
            label="Stop texts"
            hint="One a line."
            rows={2}
            value={(defaults?.stop ?? []).join("\n")}
            onChange={(value) => {
              const next = withoutNothing({ ...defaults, stop: value === "" ? undefined : value.split("\n") });
              set({ defaults: Object.keys(next).length > 0 ? next : undefined });
            }}
            isCode
          />
        </fieldset>

        <VariantFields variants={model.variants} onChange={(variants) => set({ variants })} />

        <fieldset>
          <legend>Deprecation</legend>
          <TextArea
            label="Why nobody should begin with it"
            hint="Leave empty unless it is deprecated. Who uses it may go on; to stop them, revoke it."
            rows={2}
            value={model.deprecated?.reason ?? ""}
            onChange={(reason) => set({ deprecated: reason === "" ? undefined : { reason } })}
            maxLength={1000}
          />
        </fieldset>
      </Fragment>

      <div className={styles.end}>
        <FailureNote failure={failure} />
        <div className={styles.buttons}>
          <Button kind="primary" type="submit" isBusy={isRunning} disabled={conflict !== undefined}>
            {isNew ? "Create the draft" : "Save"}
          </Button>
          <ButtonLink href={isNew ? "/curate" : `/curate/models/${given.id}`}>Cancel</ButtonLink>
        </div>
      </div>
    </ReadyForm>
  );
}

const numbers = [
  { name: "temperature", label: "Temperature", step: 0.05, max: 5 },
  { name: "topP", label: "Top-p", step: 0.01, max: 1 },
  { name: "topK", label: "Top-k", step: 1, max: undefined },
  { name: "minP", label: "Min-p", step: 0.01, max: 1 },
  { name: "repetitionPenalty", label: "Repetition penalty", step: 0.01, max: undefined },
  { name: "maxTokens", label: "Tokens at most", step: 1, max: undefined },
] as const;
