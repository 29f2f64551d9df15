const leastCoverage = 80;

/**
 * Adds up what the packages' tests reported and what turbo said of its tasks; `code` is turbo's, undefined when its time was up.
 * `lines` end with the closing line, whose number of failures counts everything that makes the run fail.
 */
export function summarize({ packages, tasks, code }) {
  const skipped = packages.flatMap(({ name, report }) => (report?.skipped ?? []).map((test) => ({ package: name, ...test })));
  const cut = code === undefined;
  const unfinished = packages.filter(({ hasTests, report }) => hasTests && report === undefined).map(({ name }) => name);
  const failures = [
    ...packages.flatMap(testFailures),
    ...(cut ? [] : unfinished.map((name) => `${name}: its tests did not come to an end (or could not begin)`)),
    ...taskFailures(packages, cut ? tasks.filter((task) => !unfinished.includes(task.package)) : tasks),
    ...packages.flatMap(coverageFailures),
  ];
  if (failures.length === 0 && code) failures.push(`turbo ended with ${code}`);
  const passed = packages.reduce((sum, { report }) => sum + (report?.passed ?? 0), 0);
  const lines = [
    ...section("Skipped", skippedLines(skipped)),
    ...section("Coverage of lines", coverageLines(packages)),
    ...section("Not run to the end: the time was up", cut ? unfinished.map((name) => `  ${name}`) : []),
    ...section(
      "Failed",
      failures.map((failure) => `  ${failure}`),
    ),
    `${passed} passed, ${failures.length} failed, ${skipped.length} skipped`,
  ];
  return { lines, failed: failures.length };
}

function section(title, lines) {
  return lines.length > 0 ? [title, ...lines, ""] : [];
}

/** One reason often holds for many tests: it is said once. */
function skippedLines(skipped) {
  return [...new Set(skipped.map(({ reason }) => reason))].flatMap((reason) => [
    `  ${reason}`,
    ...skipped.filter((test) => test.reason === reason).map((test) => `    ${test.package}: ${test.name}`),
  ]);
}

function testFailures({ name, report }) {
  return (report?.failed ?? []).map((test) => `${name}: ${test.name}: ${test.reason.split("\n")[0]}`);
}

/** A test task may fail though every test passed; other tasks have no report but their exit code. */
function taskFailures(packages, tasks) {
  return tasks
    .filter(({ exitCode }) => exitCode !== undefined && exitCode !== 0)
    .filter((task) => {
      const report = packages.find(({ name }) => name === task.package)?.report;
      return task.task !== "test" || (report !== undefined && report.failed.length === 0);
    })
    .map((task) => `${task.package}: ${task.task} ended with ${task.exitCode}`);
}

function coveredPercent({ coverage }) {
  const lines = coverage?.total?.lines;
  return lines !== undefined && lines.total > 0 ? (100 * lines.covered) / lines.total : undefined;
}

function coverageLines(packages) {
  const measured = packages.filter((each) => coveredPercent(each) !== undefined);
  const width = Math.max(0, ...measured.map(({ name }) => name.length));
  return measured.map((each) => {
    const percent = coveredPercent(each);
    const { covered, total } = each.coverage.total.lines;
    return `  ${each.name.padEnd(width)}  ${percent.toFixed(1).padStart(5)} %  ${`${covered}/${total}`.padStart(11)}${percent < leastCoverage ? "  too low" : ""}`;
  });
}

function coverageFailures(each) {
  const percent = coveredPercent(each);
  return percent !== undefined && percent < leastCoverage
    ? [`${each.name}: ${percent.toFixed(1)} % of lines covered, at least ${leastCoverage} % are asked for`]
    : [];
}
