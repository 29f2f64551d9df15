/** Without the keys whose value is not there: an absent field and one set to nothing are the same in a document. */
export function withoutNothing<Fields extends object>(fields: Fields): { [Key in keyof Fields]: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [Key in keyof Fields]: Exclude<Fields[Key], undefined> };
}

/** What an empty field says. */
export function textOrNothing(value: string): string | undefined {
  return value === "" ? undefined : value;
}
