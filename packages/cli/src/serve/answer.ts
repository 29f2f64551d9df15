import type { GenerateEvent, GenerateRequest } from "@tenfold/core";
import type { Visit } from "./served-models.ts";

/** The events of one answer. Its wait ends with the first word: until then the model may still be taken by others. */
export async function* answer(visit: Visit, request: GenerateRequest): AsyncGenerator<GenerateEvent> {
  for await (const event of visit.model.generate({ ...request, signal: visit.signal })) {
    visit.begun();
    yield event;
  }
}
