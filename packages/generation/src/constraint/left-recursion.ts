import type { Expression, Grammar } from "./expression.ts";
import { unusable } from "./unusable.ts";

/** @throws TenfoldError `unsupported-request` for a rule that can begin with itself, or that names a rule there is not. */
export function refuseLeftRecursion({ rules }: Grammar): void {
  const nullable = new Set<string>();
  for (let before = -1; before !== nullable.size; ) {
    before = nullable.size;
    for (const [name, expression] of rules) if (!nullable.has(name) && isNullable(expression, nullable)) nullable.add(name);
  }
  const done = new Set<string>();
  for (const name of rules.keys()) visit(name);

  /** Depth first without recursion: chains of rules may be long. */
  function visit(first: string): void {
    const path: { name: string; left: string[] }[] = [];
    const open = new Set<string>();
    const enter = (name: string) => {
      if (open.has(name)) throw unusable("The grammar", `the rule ${JSON.stringify(name)} begins with itself`);
      if (done.has(name)) return;
      const expression = rules.get(name);
      if (!expression) throw unusable("The grammar", `there is no rule named ${JSON.stringify(name)}`);
      const left: string[] = [];
      collectFirst(expression, nullable, left);
      open.add(name);
      path.push({ name, left });
    };
    enter(first);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.left.pop();
      if (next !== undefined) enter(next);
      else {
        open.delete(top.name);
        done.add(top.name);
        path.pop();
      }
    }
  }
}

function isNullable(expression: Expression, nullable: ReadonlySet<string>): boolean {
  switch (expression.type) {
    case "text":
      return expression.text === "";
    case "texts":
      return expression.texts.includes("");
    case "characters":
      return false;
    case "sequence":
      return expression.parts.every((part) => isNullable(part, nullable));
    case "choice":
      return expression.options.some((option) => isNullable(option, nullable));
    case "repeat":
      return expression.least === 0 || isNullable(expression.part, nullable);
    case "rule":
      return nullable.has(expression.name);
  }
}

/** The rules that an expression can begin with. */
function collectFirst(expression: Expression, nullable: ReadonlySet<string>, into: string[]): void {
  if (expression.type === "rule") into.push(expression.name);
  else if (expression.type === "choice") for (const option of expression.options) collectFirst(option, nullable, into);
  else if (expression.type === "repeat") collectFirst(expression.part, nullable, into);
  else if (expression.type === "sequence") {
    for (const part of expression.parts) {
      collectFirst(part, nullable, into);
      if (!isNullable(part, nullable)) return;
    }
  }
}
