import { access } from "./cases/access";
import type { Case } from "./cases/case";
import { cost } from "./cases/cost";
import { counting } from "./cases/counting";
import { external } from "./cases/external";
import { limits } from "./cases/limits";
import { names } from "./cases/names";
import { order } from "./cases/order";
import { people } from "./cases/people";
import { secrets } from "./cases/secrets";
import { supply } from "./cases/supply";
import { workloads } from "./cases/workloads";
import { workspaces } from "./cases/workspaces";

/** For each rule a stack that it accepts, and the nearest ones that it refuses. */
export const cases: Readonly<Record<string, Case>> = {
    ...order,
    ...cost,
    ...supply,
    ...limits,
    ...counting,
    ...access,
    ...external,
    ...people,
    ...names,
    ...secrets,
    ...workloads,
    ...workspaces,
};
