import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A vitest reporter that writes `.test/report.json` in the package: what failed, what was skipped and why, and what conformance suites measured.
 * `npm test` adds these up; the old report is removed first, so that a run that dies leaves none.
 */
export function createReport() {
  let file;
  let startedAt = 0;
  return {
    onInit(vitest) {
      const folder = join(vitest.config.root, ".test");
      file = join(folder, "report.json");
      rmSync(file, { force: true });
      mkdirSync(folder, { recursive: true });
      startedAt = Date.now();
    },
    onTestRunEnd(modules, errors) {
      const report = { passed: 0, failed: [], skipped: [], forms: [], durationMs: Date.now() - startedAt };
      for (const module of modules) {
        for (const error of module.errors()) report.failed.push({ name: module.relativeModuleId, reason: error.message });
        for (const suite of module.children.allSuites()) {
          for (const error of suite.errors()) report.failed.push({ name: `${module.relativeModuleId} > ${suite.fullName}`, reason: error.message });
        }
        for (const test of module.children.allTests()) {
          addTest(report, `${module.relativeModuleId} > ${test.fullName}`, test.result());
          const { formResult } = test.meta();
          if (formResult !== undefined && test.result().state === "passed") report.forms.push({ ...formResult, file: module.relativeModuleId });
        }
      }
      for (const error of errors) report.failed.push({ name: "an error outside of any test", reason: String(error.message) });
      writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
    },
  };
}

function addTest(report, name, result) {
  if (result.state === "passed") report.passed += 1;
  else if (result.state === "skipped") report.skipped.push({ name, reason: result.note ?? "no reason given" });
  else report.failed.push({ name, reason: result.errors?.[0]?.message ?? "did not finish" });
}
