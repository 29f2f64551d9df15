/** A figure and its unit stay on one line. */
export const noBreak = (text: string): string => text.replaceAll(" ", "\u00a0");
