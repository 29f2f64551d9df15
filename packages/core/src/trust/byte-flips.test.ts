import { createRandom } from "@tenfold/tooling/soak";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createSignedRepository, type SignedRepository, signingKey } from "../../test/signed-repository.ts";
import { openTrustPair, type TrustPair } from "../../test/trust-pair.ts";

let repository: SignedRepository;
let pair: TrustPair;
beforeEach(async () => {
  repository = createSignedRepository();
  repository.targets["releases/1.json"] = { bytes: Buffer.from("one") };
  pair = await openTrustPair(repository);
});
afterEach(() => pair.close());

it("any flipped bit, in any metadata, gets the verdict that tuf-js gives", async () => {
  const random = createRandom(20);
  repository.previousRootKeys = repository.keys.root;
  repository.keys.root = ["a", "b", "c"].map((word) => signingKey(`second root ${word}`));
  repository.versions.root = 2;
  repository.advance();
  const names = ["2.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json"];
  let refused = 0;
  for (let round = 0; round < 160; round += 1) {
    pair.serve();
    const name = names[round % names.length] ?? "";
    const bytes = Buffer.from(repository.files.get(name) ?? "");
    const place = random(bytes.length);
    bytes[place] = (bytes[place] ?? 0) ^ (1 << random(8));
    pair.server.setFile(`/tuf/${name}`, bytes);
    await pair.forget();
    const { ours, theirs, theirReason } = await pair.verdicts();
    const said = `round ${round}, byte ${place} of ${name}: ${theirReason}`;
    expect(ours, said).not.toContain("threw");
    expect(ours === "accepted" ? "accepted" : "refused", said).toBe(theirs);
    if (ours !== "accepted") refused += 1;
  }
  // Most of the bytes are signed; the others are white space and superfluous signatures.
  expect(refused).toBeGreaterThan(100);
});
