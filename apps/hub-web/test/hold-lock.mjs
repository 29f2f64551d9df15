// Holds the lock of a folder until it is killed: node hold-lock.mjs FOLDER
import { register } from "tsx/esm/api";

register();
const { lockFolder } = await import("../src/data-folder/lock-folder.ts");
const lock = await lockFolder(process.argv[2]);
process.on("SIGTERM", () => lock.release().then(() => process.exit(0)));
process.stdout.write("held\n");
setInterval(() => {}, 1000);
