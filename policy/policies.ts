import type { Policies } from "@pulumi/policy";

import { operatorBeforeKind } from "./rules/operatorBeforeKind";
import { specMatchesSchema } from "./rules/specMatchesSchema";

/** Every rule of the pack. Importing this starts nothing; `pack.ts` serves it. */
export const policies: Policies = [operatorBeforeKind, specMatchesSchema];
