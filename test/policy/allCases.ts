import { access } from "./cases/access";
import { gateways } from "./cases/gateways";
import type { Case } from "./cases/case";
import { cost } from "./cases/cost";
import { counting } from "./cases/counting";
import { usage } from "./cases/usage";
import { denyByDefault } from "./cases/denyByDefault";
import { external } from "./cases/external";
import { limits } from "./cases/limits";
import { litemaas } from "./cases/litemaas";
import { monitoring } from "./cases/monitoring";
import { readOnce } from "./cases/readOnce";
import { names } from "./cases/names";
import { order } from "./cases/order";
import { operators } from "./cases/operators";
import { people } from "./cases/people";
import { secrets } from "./cases/secrets";
import { certificates } from "./cases/certificates";
import { supply } from "./cases/supply";
import { tierOrder } from "./cases/tierOrder";
import { placement } from "./cases/placement";
import { workloads } from "./cases/workloads";
import { workspaces } from "./cases/workspaces";

/** For each rule a stack that it accepts, and the nearest ones that it refuses. */
export const cases: Readonly<Record<string, Case>> = {
    ...order,
    ...operators,
    ...cost,
    ...supply,
    ...placement,
    ...tierOrder,
    ...limits,
    ...counting,
    ...usage,
    ...access,
    ...gateways,
    ...denyByDefault,
    ...external,
    ...people,
    ...monitoring,
    ...readOnce,
    ...names,
    ...secrets,
    ...certificates,
    ...workloads,
    ...workspaces,
    ...litemaas,
};
