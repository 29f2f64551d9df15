import { TenfoldError } from "@tenfold/catalog";
import { createHubCatalog, silentLog } from "@tenfold/core";
import { nodePlatform } from "@tenfold/core/node";
import { type GlobalOptions, homeOf, hubsOf, openTenfold, type Session } from "../session.ts";
import { describeHardware } from "../terminal/describe-hardware.ts";
import { formatSize } from "../terminal/format-size.ts";

interface Finding {
  subject: string;
  ok: boolean;
  message: string;
  remedy?: string;
  /** A framework that does not run here, where others do. */
  absent?: true;
}

export async function doctor(session: Session, options: GlobalOptions, signal: AbortSignal): Promise<void> {
  const tenfold = openTenfold(session, options);
  const findings: Finding[] = [
    { subject: "Node", ok: true, message: `${process.version} on ${process.platform} ${process.arch}` },
    await lookAtHardware(session, options),
    await checkStore(session, options),
  ];
  for (const url of hubsOf(session, options)) findings.push(await checkHub(url, session, options, signal));
  const frameworks = await tenfold.frameworks();
  const runsAny = frameworks.some(({ support }) => support.available);
  for (const { framework, formats, support } of frameworks) {
    findings.push(
      support.available
        ? { subject: framework, ok: true, message: `${support.frameworkVersion}, loads ${formats.join(", ")} on ${support.accelerators.join(", ")}` }
        : { subject: framework, ok: runsAny, absent: true, message: support.reason, remedy: support.remedy },
    );
  }
  if (options.json) session.stdout.write(`${JSON.stringify(findings)}\n`);
  else
    for (const { subject, ok, absent, message, remedy } of findings)
      session.stdout.write(`${ok ? (absent ? "no  " : "ok  ") : "BAD "} ${subject.padEnd(10)} ${message}\n${remedy ? `                ${remedy}\n` : ""}`);
  const bad = findings.filter(({ ok }) => !ok).length;
  if (bad > 0)
    throw new TenfoldError("framework-unavailable", `${bad} of ${findings.length} checks found something wrong.`, {
      stage: "configuration",
      remedy: "Each line marked BAD says what helps.",
    });
}

/** What recommendations go by. A device that tells little is no fault. */
async function lookAtHardware(session: Session, options: GlobalOptions): Promise<Finding> {
  const { device } = nodePlatform({ home: homeOf(session, options) });
  const [hardware, state] = [await device?.describe(), await device?.state()];
  return { subject: "hardware", ok: true, message: hardware ? describeHardware(hardware, state) : "nothing is known of this device" };
}

async function checkStore(session: Session, options: GlobalOptions): Promise<Finding> {
  const home = homeOf(session, options);
  const { files } = nodePlatform({ home });
  try {
    const probe = "doctor-was-here";
    await files.writeAtomic(probe, new Uint8Array(1));
    await files.remove(probe);
    const freeBytes = await files.freeBytes();
    return { subject: "store", ok: true, message: `${home}${freeBytes === undefined ? "" : `, ${formatSize(freeBytes)} free`}` };
  } catch (error) {
    return { subject: "store", ok: false, ...words(error) };
  }
}

async function checkHub(url: string, session: Session, options: GlobalOptions, signal: AbortSignal): Promise<Finding> {
  try {
    const catalog = createHubCatalog({ url }, nodePlatform({ home: homeOf(session, options) }), silentLog);
    // Asked first: the release alone may be one that is remembered.
    const { isDevelopment } = await catalog.trusted(signal);
    const release = await catalog.release(signal);
    return {
      subject: "hub",
      ok: true,
      message: `${url}, release ${release.number} with ${release.models.length} models${isDevelopment ? ", signed by development keys" : ""}`,
    };
  } catch (error) {
    return { subject: "hub", ok: false, ...words(error) };
  }
}

function words(error: unknown): { message: string; remedy?: string } {
  if (TenfoldError.is(error)) return { message: error.message, remedy: error.remedy };
  throw error;
}
