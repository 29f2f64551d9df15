// Makes the skeleton of an adapter's package: `npm run new-adapter -- NAME "Its title"`.
import { createAdapterPackage } from "./new-adapter/create-adapter-package.mjs";

try {
  const { folder, next } = createAdapterPackage({ root: new URL("../", import.meta.url), name: process.argv[2], title: process.argv[3] });
  process.stdout.write(`${folder} is made. Next:\n${next.map((step) => `  ${step}\n`).join("")}docs/adding-a-framework.md says what to write where.\n`);
} catch (error) {
  process.stderr.write(`tenfold: ${error.message}\n`);
  process.exitCode = 1;
}
