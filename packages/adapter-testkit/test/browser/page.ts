/// <reference lib="dom" />
import { silentLog } from "@tenfold/core";
import { damagedInMemory, pageContext, showConformance } from "../../src/browser.ts";
import { createScriptedAdapter, scriptedModel } from "../scripted-adapter.ts";
import { scriptedReference } from "../scripted-model.ts";

const fault = new URLSearchParams(location.search).has("fault");

showConformance(async () => ({
  adapter: (fault ? createScriptedAdapter("ignores maxTokens") : createScriptedAdapter()).adapter,
  context: pageContext(silentLog),
  model: scriptedModel(),
  reference: scriptedReference,
  damage: damagedInMemory,
}));
