import { type FrameworkProfile, frameworkProfileSchema } from "@tenfold/catalog";
import * as z from "zod";
import profiles from "./profiles.json" with { type: "json" };

/** What the adapters' packages say of their frameworks, in the order of their names. `npm run pages` collects it. */
export const frameworkProfiles: readonly FrameworkProfile[] = z
  .array(frameworkProfileSchema)
  .parse(profiles)
  .sort((one, other) => one.name.localeCompare(other.name, "en"));
