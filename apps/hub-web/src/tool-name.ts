import packageFile from "../package.json" with { type: "json" };

/** What evidence and health name as the tool: "tenfold-hub 0.1.0". */
export const toolName = `tenfold-hub ${packageFile.version}`;
