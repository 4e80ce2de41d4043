import type { Policies } from "@pulumi/policy";

import type { Rule } from "./rule";
import { budgetsLetNodesDrain } from "./rules/budgetsLetNodesDrain";
import { databaseConnectionsAreEncrypted } from "./rules/databaseConnectionsAreEncrypted";
import { databasesHaveNetworkPolicies } from "./rules/databasesHaveNetworkPolicies";
import { externalModelsMatch } from "./rules/externalModelsMatch";
import { fewClusterAdmins } from "./rules/fewClusterAdmins";
import { gatewayIsGoverned } from "./rules/gatewayIsGoverned";
import { gatewaysDenyByDefault } from "./rules/gatewaysDenyByDefault";
import { gatewaysHaveRoutes } from "./rules/gatewaysHaveRoutes";
import { gatewayKeepsItsCertificate } from "./rules/gatewayKeepsItsCertificate";
import { gpuPodsTolerateTheTaint } from "./rules/gpuPodsTolerateTheTaint";
import { gpusWithinLimits } from "./rules/gpusWithinLimits";
import { gpusWithinQuota } from "./rules/gpusWithinQuota";
import { grafanaRequiresLogin } from "./rules/grafanaRequiresLogin";
import { hardWiredNames } from "./rules/hardWiredNames";
import { idlePoolsScaleToZero } from "./rules/idlePoolsScaleToZero";
import { imagesArePinned } from "./rules/imagesArePinned";
import { instanceTypesAreAllowed } from "./rules/instanceTypesAreAllowed";
import { kueueIsUnmanaged } from "./rules/kueueIsUnmanaged";
import { litellmByDigest } from "./rules/litellmByDigest";
import { litellmKeepsItsSalt } from "./rules/litellmKeepsItsSalt";
import { limitsDoNotShadow } from "./rules/limitsDoNotShadow";
import { loginsAreKept } from "./rules/loginsAreKept";
import { maasIsMonitored } from "./rules/maasIsMonitored";
import { memoryIsKnown } from "./rules/memoryIsKnown";
import { metricsAreCollected } from "./rules/metricsAreCollected";
import { metricsAreReadOnce } from "./rules/metricsAreReadOnce";
import { modelsAreGoverned } from "./rules/modelsAreGoverned";
import { modelsAreReachable } from "./rules/modelsAreReachable";
import { modelsFitTheirPools } from "./rules/modelsFitTheirPools";
import { modelsSpanZones } from "./rules/modelsSpanZones";
import { modelsSuitTheirGpus } from "./rules/modelsSuitTheirGpus";
import { noClashingOperator } from "./rules/noClashingOperator";
import { noDefaultPasswords } from "./rules/noDefaultPasswords";
import { nodesAreHardened } from "./rules/nodesAreHardened";
import { nodesWithinBudget } from "./rules/nodesWithinBudget";
import { noSecretInEnvironment } from "./rules/noSecretInEnvironment";
import { oneGatewayController } from "./rules/oneGatewayController";
import { openShiftAiIsV2 } from "./rules/openShiftAiIsV2";
import { operatorBeforeKind } from "./rules/operatorBeforeKind";
import { orderOfTheGateway } from "./rules/orderOfTheGateway";
import { passwordsAreInVault } from "./rules/passwordsAreInVault";
import { pinsFitTheRelease } from "./rules/pinsFitTheRelease";
import { podsAreUnprivileged } from "./rules/podsAreUnprivileged";
import { portalRequiresTokens } from "./rules/portalRequiresTokens";
import { portalHasOneBackend } from "./rules/portalHasOneBackend";
import { predicatesAreFilled } from "./rules/predicatesAreFilled";
import { predicatesIgnoreQueries } from "./rules/predicatesIgnoreQueries";
import { pricesAreKnown } from "./rules/pricesAreKnown";
import { requestLimitsMatch } from "./rules/requestLimitsMatch";
import { routesAreNamed } from "./rules/routesAreNamed";
import { routesRefusePlainHttp } from "./rules/routesRefusePlainHttp";
import { specMatchesSchema } from "./rules/specMatchesSchema";
import { spotIsNotTheLastCopy } from "./rules/spotIsNotTheLastCopy";
import { streamsAreLimited } from "./rules/streamsAreLimited";
import { tiersNameTheirGroups } from "./rules/tiersNameTheirGroups";
import { higherTiersAllowMore } from "./rules/higherTiersAllowMore";
import { tokenLimitsAreSubscriptions } from "./rules/tokenLimitsAreSubscriptions";
import { usageIsCounted } from "./rules/usageIsCounted";
import { versionsAreSafe } from "./rules/versionsAreSafe";
import { volumesAreEncrypted } from "./rules/volumesAreEncrypted";
import { waiversInForce } from "./rules/waiversInForce";
import { vaultUnsealsItself } from "./rules/vaultUnsealsItself";
import { workspacesArePrivate } from "./rules/workspacesArePrivate";
import { workspacesHaveLimits } from "./rules/workspacesHaveLimits";

/** Every rule of the pack, by family. */
export const families: Readonly<Record<string, readonly Rule[]>> = {
    "Order and release": [
        operatorBeforeKind,
        orderOfTheGateway,
        pinsFitTheRelease,
        versionsAreSafe,
        noClashingOperator,
        oneGatewayController,
        openShiftAiIsV2,
        kueueIsUnmanaged,
    ],
    Schema: [specMatchesSchema],
    "Quota and cost": [
        gpusWithinQuota,
        nodesWithinBudget,
        pricesAreKnown,
        instanceTypesAreAllowed,
        spotIsNotTheLastCopy,
        idlePoolsScaleToZero,
    ],
    Supply: [
        modelsFitTheirPools,
        modelsSuitTheirGpus,
        memoryIsKnown,
        gpusWithinLimits,
        gpuPodsTolerateTheTaint,
        modelsSpanZones,
        budgetsLetNodesDrain,
    ],
    Limits: [
        higherTiersAllowMore,
        limitsDoNotShadow,
        tokenLimitsAreSubscriptions,
        requestLimitsMatch,
        streamsAreLimited,
        predicatesAreFilled,
        predicatesIgnoreQueries,
        usageIsCounted,
    ],
    Access: [
        modelsAreGoverned,
        modelsAreReachable,
        externalModelsMatch,
        gatewayIsGoverned,
        routesAreNamed,
        gatewaysDenyByDefault,
        gatewaysHaveRoutes,
        tiersNameTheirGroups,
        loginsAreKept,
        grafanaRequiresLogin,
        fewClusterAdmins,
        workspacesArePrivate,
        portalRequiresTokens,
        portalHasOneBackend,
    ],
    Monitoring: [metricsAreCollected, metricsAreReadOnce, maasIsMonitored],
    Names: [hardWiredNames],
    "Transport and secrets": [
        gatewayKeepsItsCertificate,
        routesRefusePlainHttp,
        nodesAreHardened,
        imagesArePinned,
        litellmByDigest,
        litellmKeepsItsSalt,
        noSecretInEnvironment,
        noDefaultPasswords,
        passwordsAreInVault,
        vaultUnsealsItself,
        databasesHaveNetworkPolicies,
        databaseConnectionsAreEncrypted,
        volumesAreEncrypted,
        podsAreUnprivileged,
        workspacesHaveLimits,
    ],
    // Last: it reports what waivers accepted of the others' findings.
    Waivers: [waiversInForce],
};

/** Every rule of the pack. Importing this starts nothing; `pack.ts` serves it. */
export const policies: Policies = Object.values(families).flat();
