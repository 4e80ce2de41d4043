import type { Policies } from "@pulumi/policy";

import type { Rule } from "./rule";
import { databasesAreFenced } from "./rules/databasesAreFenced";
import { fewClusterAdmins } from "./rules/fewClusterAdmins";
import { gatewayIsGoverned } from "./rules/gatewayIsGoverned";
import { gatewayKeepsItsCertificate } from "./rules/gatewayKeepsItsCertificate";
import { gpuPodsTolerateTheTaint } from "./rules/gpuPodsTolerateTheTaint";
import { gpusWithinQuota } from "./rules/gpusWithinQuota";
import { hardWiredNames } from "./rules/hardWiredNames";
import { imagesArePinned } from "./rules/imagesArePinned";
import { instanceTypesAreAllowed } from "./rules/instanceTypesAreAllowed";
import { limitsDoNotShadow } from "./rules/limitsDoNotShadow";
import { modelsAreGoverned } from "./rules/modelsAreGoverned";
import { modelsAreReachable } from "./rules/modelsAreReachable";
import { modelsFitTheirPools } from "./rules/modelsFitTheirPools";
import { noClashingOperator } from "./rules/noClashingOperator";
import { nodesAreHardened } from "./rules/nodesAreHardened";
import { nodesWithinBudget } from "./rules/nodesWithinBudget";
import { noSecretInEnvironment } from "./rules/noSecretInEnvironment";
import { operatorBeforeKind } from "./rules/operatorBeforeKind";
import { orderOfTheGateway } from "./rules/orderOfTheGateway";
import { pinsFitTheRelease } from "./rules/pinsFitTheRelease";
import { requestLimitsMatch } from "./rules/requestLimitsMatch";
import { routesRefusePlainHttp } from "./rules/routesRefusePlainHttp";
import { specMatchesSchema } from "./rules/specMatchesSchema";
import { tiersNameTheirGroups } from "./rules/tiersNameTheirGroups";
import { tiersRise } from "./rules/tiersRise";
import { usageIsCounted } from "./rules/usageIsCounted";

/** Every rule of the pack, by family. */
export const families: Readonly<Record<string, readonly Rule[]>> = {
    "Order and release": [operatorBeforeKind, orderOfTheGateway, pinsFitTheRelease, noClashingOperator],
    Schema: [specMatchesSchema],
    "Quota and cost": [gpusWithinQuota, nodesWithinBudget, instanceTypesAreAllowed],
    Supply: [modelsFitTheirPools, gpuPodsTolerateTheTaint],
    Limits: [tiersRise, limitsDoNotShadow, requestLimitsMatch, usageIsCounted],
    Access: [modelsAreGoverned, modelsAreReachable, gatewayIsGoverned, tiersNameTheirGroups, fewClusterAdmins],
    Names: [hardWiredNames],
    "Transport and secrets": [
        gatewayKeepsItsCertificate,
        routesRefusePlainHttp,
        nodesAreHardened,
        imagesArePinned,
        noSecretInEnvironment,
        databasesAreFenced,
    ],
};

/** Every rule of the pack. Importing this starts nothing; `pack.ts` serves it. */
export const policies: Policies = Object.values(families).flat();
