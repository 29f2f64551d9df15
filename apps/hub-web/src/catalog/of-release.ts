import type { Database } from "../database/open-database.ts";
import { createRecent, type Recent } from "./recent.ts";

/** Answers, of some kilobytes each. */
const mostAnswers = 200;
const answers = new WeakMap<Database, Recent<Promise<unknown>>>();

/**
 * An answer that a release fixes, worked out once: releases never change, so it holds for as long as somebody asks for it. Who asks meanwhile waits for the
 * same work. The answer is everybody's: it must not be changed.
 * @param question everything that the answer depends on besides the release
 */
export function ofRelease<Answer>(database: Database, releaseNumber: number, question: unknown, work: () => Promise<Answer>): Promise<Answer> {
  const recent = answers.get(database) ?? createRecent(mostAnswers);
  answers.set(database, recent);
  const key = `${releaseNumber} ${JSON.stringify(question)}`;
  const known = recent.get(key) as Promise<Answer> | undefined;
  if (known !== undefined) return known;
  const answer = work();
  recent.set(key, answer, 1);
  answer.catch(() => recent.delete(key));
  return answer;
}
