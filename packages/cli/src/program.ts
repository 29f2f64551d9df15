import { readFileSync } from "node:fs";
import { conversionTargets } from "@tenfold/convert";
import { Command, Option } from "commander";
import { adopt } from "./commands/adopt.ts";
import { type BenchOptions, bench } from "./commands/bench.ts";
import { exportTo, type ImportCommandOptions, importPath, move } from "./commands/carry.ts";
import { type ConvertCommandOptions, convert } from "./commands/convert.ts";
import { doctor } from "./commands/doctor.ts";
import { type AddFrameworkOptions, addFramework, listFrameworks, removeFramework } from "./commands/frameworks.ts";
import { type AddHubOptions, addHub, listHubs, removeHub } from "./commands/hub.ts";
import { type InspectOptions, inspect } from "./commands/inspect.ts";
import { list } from "./commands/list.ts";
import { open } from "./commands/open.ts";
import { pull } from "./commands/pull.ts";
import { type RecommendOptions, recommend } from "./commands/recommend.ts";
import { registerLinks } from "./commands/register-links.ts";
import { rm } from "./commands/rm.ts";
import { type RunOptions, run } from "./commands/run.ts";
import { type SearchOptions, search } from "./commands/search.ts";
import type { ServeOptions } from "./commands/serve.ts";
import { show } from "./commands/show.ts";
import { du, fsck, gc, pin, verify } from "./commands/store.ts";
import { exitCodes, usageExitCode } from "./exit-codes.ts";
import { numberOption, wholeNumbersOption } from "./number-option.ts";
import { repeatedOption } from "./repeated-option.ts";
import { defaultHub, type GlobalOptions, runCommand, type Session, withAddedHubs } from "./session.ts";
import { followLink } from "./tenfold-link.ts";
import type { LicenceOptions } from "./terminal/ask-licence.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };

/** The whole command line. Adding a command is adding a file to commands/ and a block here. */
export function createProgram(session: Session): Command {
  const program = new Command("tenfold")
    .description("Get models that somebody vouches for, and run them on this device.")
    .version(version)
    .addOption(repeatedOption("--hub <url>", `where to look for models (default: TENFOLD_HUB, else the hubs that were added, else ${defaultHub})`))
    .option("--home <folder>", "where models are kept (default: TENFOLD_HOME, else the platform's data folder)")
    .option("--json", "print data for programs instead of text")
    .option("--verbose", "say more about what happens, and about errors")
    .showHelpAfterError("(try: tenfold --help)")
    .addHelpText("after", `\nExit codes:\n${exitCodes.map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`).join("\n")}`)
    .configureOutput({ writeOut: (text) => void session.stdout.write(text), writeErr: (text) => void session.stderr.write(text) })
    .exitOverride((error) => {
      session.exitCode = error.exitCode === 0 ? 0 : usageExitCode;
      throw error;
    });
  const globals = () => program.opts<GlobalOptions>();
  const command = (work: (options: GlobalOptions, signal: AbortSignal) => Promise<void>) =>
    runCommand(session, globals(), async (signal) => work(await withAddedHubs(session, globals()), signal));
  /** The same for a command about a model, which may be named by a link. */
  const modelCommand = (model: string, work: (name: string, options: GlobalOptions, signal: AbortSignal) => Promise<void>) =>
    command((all, signal) => {
      const { name, options } = followLink(session, model, all);
      return work(name, options, signal);
    });

  program
    .command("list")
    .description("models that the hubs offer, and which of them are installed")
    .option("--installed", "only what is installed; asks no hub")
    .action((options: { installed?: boolean }) => command((all, signal) => list(session, { ...all, ...options }, signal)));
  program
    .command("search")
    .description("models that fit words and needs; with needs about files, the variants that do")
    .argument("[words...]", "that occur in id, name, publisher or licence")
    .addOption(repeatedOption("--framework <name>", "one of these frameworks"))
    .addOption(repeatedOption("--format <format>", "one of these formats"))
    .addOption(repeatedOption("--quantization <name>", "one of these quantizations"))
    .addOption(repeatedOption("--capability <name>", "all of these: chat, tools, json, reasoning, vision, embeddings, …"))
    .addOption(repeatedOption("--licence <id>", "one of these licences"))
    .addOption(repeatedOption("--language <code>", "one of these languages"))
    .addOption(numberOption("--context <tokens>", "a context of at least so many tokens", { minimum: 1, whole: true }))
    .addOption(numberOption("--max-size <MB>", "variants of at most so many megabytes", { minimum: 0 }))
    .option("--device <name>", "variants that run on `this` device, or on one of the device table, like iphone-15-pro")
    .option("--hugging-face", "search the Hugging Face Hub in place of hubs")
    .action((words: string[], options: SearchOptions) => command((all, signal) => search(session, words.join(" "), { ...all, ...options }, signal)));
  program
    .command("show")
    .description("everything a hub says of a model: variants, files, digests, licence")
    .argument("<model>", "MODEL, hf:OWNER/NAME on the Hugging Face Hub, or a tenfold:// link")
    .action((model: string) => modelCommand(model, (name, all, signal) => show(session, name, all, signal)));
  program
    .command("pull")
    .description("download, verify and install a model; fetches only what is missing or damaged")
    .argument("<model>", "MODEL, MODEL:VARIANT, hf:OWNER/NAME on the Hugging Face Hub, or a tenfold:// link")
    .option("--variant <name>", "by its id or its quantization")
    .option("--accept-licence", "accept the model's licence where it asks for consent")
    .action((model: string, options: LicenceOptions & { variant?: string }) =>
      modelCommand(model, (name, all, signal) => pull(session, name, { ...all, ...options }, signal)),
    );
  program
    .command("open")
    .description("what a link of a hub's page names: show a model and install it, or add the hub; asks first")
    .argument("[link]", "tenfold://…")
    .option("-y, --yes", "do not ask")
    .option("--accept-licence", "accept the model's licence where it asks for consent")
    .option("--register", "have the desktop open such links with this command (Linux, Windows)")
    .action((link: string | undefined, options: LicenceOptions & { yes?: boolean; register?: boolean }) =>
      command(async (all, signal) => {
        if (options.register) await registerLinks(session, signal);
        if (link !== undefined || !options.register) await open(session, link ?? "", { ...all, ...options }, signal);
      }),
    );
  program
    .command("inspect")
    .description("what a model's own files say: architecture, quantization, context, template, tensors; reads headers only, also over the network")
    .argument("<model>", "the path of a file or folder, an address, hf:OWNER/NAME[/FILE], or an installed MODEL[:VARIANT]")
    .option("--variant <name>", "by its id or, on the Hugging Face Hub, its quantization")
    .option("--tensors", "list the tensors")
    .option("--template", "print the chat template and nothing else")
    .action((model: string, options: InspectOptions) => command((all, signal) => inspect(session, model, { ...all, ...options }, signal)));
  program
    .command("run")
    .description("answer a prompt; pulls the model first when it is not installed")
    .argument("<model>", "MODEL, MODEL:VARIANT, hf:OWNER/NAME, a tenfold:// link, or the path of a file or folder")
    .argument("[prompt...]", "read from standard input when absent")
    .option("--variant <name>", "by its id or its quantization")
    .option("--system <text>", "instructions for the model")
    .addOption(numberOption("--max-tokens <count>", "most tokens to generate", { minimum: 1, whole: true }))
    .addOption(numberOption("--temperature <value>", "0 always takes the likeliest token", { minimum: 0 }))
    .addOption(numberOption("--top-k <count>", "sample among this many tokens", { minimum: 0, whole: true }))
    .addOption(numberOption("--top-p <share>", "sample among the likeliest that reach this share", { minimum: 0, maximum: 1 }))
    .addOption(numberOption("--seed <number>", "same seed, same answer", { minimum: 0, whole: true }))
    .addOption(numberOption("--context-size <tokens>", "room for prompt and answer together", { minimum: 8, whole: true }))
    .addOption(numberOption("--threads <count>", "processor threads", { minimum: 1, whole: true }))
    .addOption(numberOption("--memory-limit <MB>", "refuse a model that takes more megabytes of memory", { minimum: 1 }))
    .addOption(repeatedOption("--stop <text>", "end the answer before this text"))
    .option("--think", "let the model think first, and show its thoughts on standard error")
    .option("--stats", "say afterwards how fast it was")
    .option("--allow-revoked", "run what is installed although its hub has revoked it")
    .option("--accept-licence", "accept the model's licence where it asks for consent")
    .action((model: string, prompt: string[], options: RunOptions & LicenceOptions) =>
      modelCommand(model, (name, all, signal) => run(session, name, prompt.join(" "), { ...all, ...options }, signal)),
    );
  program
    .command("serve")
    .description("answer OpenAI's and Ollama's clients with the models that are installed, until Ctrl-C; TENFOLD_API_KEYS holds the keys they need")
    .argument("[models...]", "load these first: MODEL or MODEL:VARIANT; others are loaded when they are asked for")
    .option("--host <address>", "listen here; others than this device reach it only with keys", "127.0.0.1")
    .addOption(numberOption("--port <number>", "0 is any that is free", { minimum: 0, maximum: 65_535, whole: true }).default(11_435))
    .addOption(repeatedOption("--origin <origin>", "pages of this origin may ask, * for all"))
    .addOption(numberOption("--parallel <count>", "answers of one model at once (default: 1)", { minimum: 1, whole: true }))
    .addOption(numberOption("--max-waiting <count>", "requests for one model that may wait; others get a 429", { minimum: 0, whole: true }).default(64))
    .addOption(numberOption("--queue-timeout <seconds>", "a request that waits longer gets a 503", { minimum: 1 }).default(300))
    .addOption(numberOption("--idle-timeout <seconds>", "a model that nobody used for so long is unloaded", { minimum: 1 }).default(300))
    .addOption(numberOption("--memory-limit <MB>", "the most that all models may take", { minimum: 1 }))
    .addOption(numberOption("--context-size <tokens>", "room for prompt and answer together", { minimum: 8, whole: true }))
    .addOption(numberOption("--threads <count>", "processor threads", { minimum: 1, whole: true }))
    .option("--framework <name>", "only this one")
    .action((names: string[], options: ServeOptions) =>
      command(async (all, signal) => (await import("./commands/serve.ts")).serve(session, names, { ...all, ...options }, signal)),
    );
  program
    .command("recommend")
    .description("which variant and framework suit this device, the best first, and why")
    .argument("[model]", "MODEL (default: all that the hubs offer)")
    .addOption(repeatedOption("--capability <name>", "all of these: chat, tools, json, reasoning, vision, embeddings, …"))
    .addOption(new Option("--prefer <what>", "what comes first (default: quality)").choices(["quality", "speed", "memory"]))
    .addOption(numberOption("--context <tokens>", "room for prompt and answer together", { minimum: 1, whole: true }))
    .addOption(numberOption("--memory-limit <MB>", "the most that it may take", { minimum: 1 }))
    .option("--device <name>", "for a device of the device table, like iphone-15-pro or iPhone16,1, in place of this one")
    .option("--increased-memory", "with --device: applications there have iOS's increased-memory entitlement")
    .option("--why", "the reasons, and what was rejected")
    .action((model: string | undefined, options: RecommendOptions) => command((all, signal) => recommend(session, model, { ...all, ...options }, signal)));
  program
    .command("bench")
    .description("measure how fast installed models are here, with every framework that takes them, and remember it")
    .argument("[models...]", "MODEL or MODEL:VARIANT (default: everything that is installed)")
    .addOption(repeatedOption("--framework <name>", "one of these frameworks"))
    .addOption(repeatedOption("--prompt <length>", "short, medium or long (default: all three)"))
    .addOption(numberOption("--tokens <count>", "tokens to generate after each prompt (default: 64)", { minimum: 1, whole: true }))
    .addOption(numberOption("--repetitions <count>", "runs that count, after one that does not (default: 3)", { minimum: 1, whole: true }))
    .addOption(numberOption("--context-size <tokens>", "room for prompt and answer together", { minimum: 8, whole: true }))
    .addOption(wholeNumbersOption("--threads <counts>", "processor threads, several to compare: 1,2,4; later loads take the fastest"))
    .addOption(numberOption("--sustained <seconds>", "go on answering for so long, and compare the end with the start", { minimum: 1 }))
    .option("--at-once", "do not wait until the device is cool and has power")
    .action((models: string[], options: BenchOptions) => command((all, signal) => bench(session, models, { ...all, ...options }, signal)));
  program
    .command("rm")
    .description("remove a model, and the files that no other needs; says first what that frees")
    .argument("<model>", "MODEL or MODEL:VARIANT")
    .option("-y, --yes", "do not ask")
    .action((model: string, options: { yes?: boolean }) => command((all, signal) => rm(session, model, { ...all, ...options }, signal)));
  program
    .command("import")
    .description("install a file or folder of yours, or what `tenfold export` wrote")
    .argument("<path>")
    .option("--id <id>", "what to call it (default: from its name)")
    .addOption(
      new Option("--signature <rule>", "of an export: must it be signed, is what it carries checked (the default), or do digests count alone").choices([
        "required",
        "checked",
        "ignored",
      ]),
    )
    .action((path: string, options: ImportCommandOptions) => command((all, signal) => importPath(session, path, { ...all, ...options }, signal)));
  program
    .command("adopt")
    .description("install what Hugging Face, Ollama and LM Studio have fetched, without a second copy; says first what that is")
    .argument("[models...]", "only these")
    .option("--dry-run", "only say what there is")
    .option("-y, --yes", "do not ask")
    .action((models: string[], options: { dryRun?: boolean; yes?: boolean }) =>
      command((all, signal) => adopt(session, models, { ...all, ...options }, signal)),
    );
  program
    .command("export")
    .description("copy an installed model, its digests and its manifest into a folder, for a device without a network")
    .argument("<model>", "MODEL or MODEL:VARIANT")
    .argument("<folder>", "a new one")
    .action((model: string, folder: string) => command((all, signal) => exportTo(session, model, folder, all, signal)));
  program
    .command("convert")
    .description("write a GGUF model in another format: for ONNX Runtime, for MLX and transformers, or its tokenizer alone")
    .argument("<model>", "the path of a file, a folder with its parts, or an installed MODEL[:VARIANT]")
    .addOption(new Option("--to <format>", "what to write").choices(conversionTargets).makeOptionMandatory())
    .option("--output <folder>", "a new one (default: the model's name and the format, here)")
    .option("--force", "replace the folder when it is there")
    .option("--dequantize", "onnx: write quantized weights as 32-bit floats; the same numbers, up to eight times the bytes")
    .addOption(new Option("--accuracy <level>", "onnx: compute with quantized weights in floats (0) or in 8-bit integers (4, the default)").choices(["0", "4"]))
    .addOption(new Option("--type <type>", "safetensors: the type of all weights (default: what keeps every number)").choices(["F32", "F16", "BF16"]))
    .action((model: string, options: ConvertCommandOptions) => command((all, signal) => convert(session, model, { ...all, ...options }, signal)));
  addStoreCommands(program, session, command);
  addHubCommands(program, session, command);
  addFrameworkCommands(program, session, command);
  program
    .command("doctor")
    .description("check what Tenfold needs here: store, hubs, frameworks")
    .action(() => command((all, signal) => doctor(session, all, signal)));
  return program;
}

type RunWithGlobals = (work: (options: GlobalOptions, signal: AbortSignal) => Promise<void>) => Promise<void>;

function addStoreCommands(program: Command, session: Session, command: RunWithGlobals): void {
  const store = program.command("store").description("look after what is installed");
  store
    .command("du")
    .description("what each model takes, and what nobody needs")
    .action(() => command((all) => du(session, all)));
  store
    .command("gc")
    .description("free what no model needs: files, old partial downloads, leftovers of processes that died")
    .option("--dry-run", "only say what would be freed")
    .action((options: { dryRun?: boolean }) => command((all, signal) => gc(session, { ...all, ...options }, signal)));
  store
    .command("fsck")
    .description("check that records, files and views agree; exits with 5 when something stays wrong")
    .option("--repair", "put right what can be put right without losing anything")
    .action((options: { repair?: boolean }) => command((all, signal) => fsck(session, { ...all, ...options }, signal)));
  store
    .command("verify")
    .description("hash every file that is installed; exits with 5 when one is damaged")
    .argument("[model]", "only this model")
    .action((model: string | undefined) => command((all, signal) => verify(session, model, all, signal)));
  store
    .command("move")
    .description("move everything, or one model, to another store; the same command goes on after an interruption")
    .argument("<folder>", "a new one")
    .option("--model <model>", "only this MODEL or MODEL:VARIANT")
    .action((folder: string, options: { model?: string }) => command((all, signal) => move(session, folder, { ...all, ...options }, signal)));
  store
    .command("pin")
    .description("keep a model from being removed")
    .argument("<model>", "MODEL or MODEL:VARIANT")
    .action((model: string) => command((all) => pin(session, model, all, true)));
  store
    .command("unpin")
    .description("let a model be removed again")
    .argument("<model>", "MODEL or MODEL:VARIANT")
    .action((model: string) => command((all) => pin(session, model, all, false)));
}

function addHubCommands(program: Command, session: Session, command: RunWithGlobals): void {
  const hub = program.command("hub").description("the hubs that models come from, and what they are trusted by");
  hub
    .command("add")
    .description("show the fingerprint of a hub's root and, when it is right, trust it and ask it from now on")
    .argument("<url>")
    .option("--fingerprint <sha256>", "what it must be; then nobody is asked")
    .option("-y, --yes", "do not ask")
    .action((url: string, options: AddHubOptions) => command((all, signal) => addHub(session, url, { ...all, ...options }, signal)));
  hub
    .command("list")
    .description("the hubs that were added, with the roots they are trusted by")
    .action(() => command((all) => listHubs(session, all)));
  hub
    .command("remove")
    .description("forget a hub and what it was trusted by; models that came from it stay")
    .argument("<url>")
    .action((url: string) => command((all) => removeHub(session, url, all)));
}

function addFrameworkCommands(program: Command, session: Session, command: RunWithGlobals): void {
  const frameworks = program.command("frameworks").description("what runs models here, and native parts that npm does not carry");
  frameworks
    .command("list")
    .description("what runs here, and what would help where something does not")
    .action(() => command((all) => listFrameworks(session, all)));
  frameworks
    .command("add")
    .description("bring a framework's native part into the store: from a Python package index, by pip, or from elsewhere")
    .argument("<name>", "as `tenfold frameworks list` says it")
    .option("--from <place>", "the wheel, the folder it lies in, or its address")
    .action((name: string, options: AddFrameworkOptions) => command((all, signal) => addFramework(session, name, { ...all, ...options }, signal)));
  frameworks
    .command("remove")
    .description("remove a native part from the store")
    .argument("<name>")
    .action((name: string) => command((all, signal) => removeFramework(session, name, all, signal)));
}
