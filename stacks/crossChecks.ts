/** Checks the parts of the settings against each other. */
import { adapterProblems } from "./checks/adapters";
import { agentProblems } from "./checks/agents";
import { withCanaries, withoutEchoes } from "./checks/canary";
import { certificateProblems } from "./checks/certificates";
import { duplicateProblems, entriesOf, type Entry } from "./checks/entries";
import { governanceProblems } from "./checks/governance";
import { identityProblems } from "./checks/identity";
import { litemaasProblems } from "./checks/litemaas";
import {
    modelGatewayProblems,
    modelListProblems,
    modelPoolProblems,
    noModelProblems,
    namespaceQuotaProblems,
    predictiveListProblems,
    variantProblems,
} from "./checks/modelList";
import { aiProblems } from "./checks/openShiftAi";
import { poolListProblems, supplyProblems } from "./checks/pools";
import { createdNamespaceProblems } from "./checks/namespaces";
import { priceProblems } from "./checks/prices";
import { regionProblems } from "./checks/regions";
import { releaseProblems } from "./checks/release";
import { groupNameProblems, tierReferenceProblems, userTierProblems } from "./checks/tiers";
import { workspacesProblems } from "./checks/workspaces";
import type { SettingsProblem } from "./problem";
import { clusterSchema, modelSchema, poolSchema, predictiveSchema, tierSchema, userSchema } from "./schema";

/**
 * All problems between the parts, in the order of the settings. A part that does not match the schema is left out, so that
 * one mistake neither hides others nor is reported twice.
 *
 * @param given the value of `maas:settings`, which may not match the schema
 */
export function crossChecks(given: unknown): SettingsProblem[] {
    const settings = given as {
        cluster?: unknown;
        gpu?: { pools?: unknown; migStrategy?: unknown };
        models?: unknown;
        predictive?: unknown;
        externalModels?: unknown;
        tiers?: unknown;
        gateway?: unknown;
        modelsAccess?: unknown;
        identity?: { users?: unknown; groups?: unknown } | null;
    };
    const cluster = clusterSchema.safeParse(settings.cluster ?? {}).data;
    const pools = entriesOf("gpu.pools", settings.gpu?.pools, poolSchema);
    const listed = entriesOf("models", settings.models, modelSchema);
    const models = withCanaries(listed ?? []);
    const predictive = entriesOf("predictive", settings.predictive, predictiveSchema) ?? [];
    const tiers = entriesOf("tiers", settings.tiers, tierSchema);
    const users = entriesOf("identity.users", settings.identity?.users, userSchema);
    const migStrategy = typeof settings.gpu?.migStrategy === "string" ? settings.gpu.migStrategy : undefined;
    return [
        ...[pools, models, tiers, users].flatMap((list: readonly Entry<unknown>[] | undefined) =>
            duplicateProblems(list ?? [], ({ name }) => name, "name"),
        ),
        ...noModelProblems(settings),
        ...poolListProblems(pools ?? [], { zones: cluster?.zones, quotas: cluster?.quotas ?? {}, migStrategy }),
        ...withoutEchoes([
            ...modelPoolProblems(models, pools),
            ...modelListProblems(models, pools),
            ...adapterProblems(
                models,
                predictive.flatMap(({ name }) => name ?? []),
            ),
        ]),
        ...variantProblems(models, tiers, settings),
        ...predictiveListProblems(predictive, models, pools),
        ...modelGatewayProblems(settings),
        ...supplyProblems(pools ?? [], models, predictive, cluster?.zones),
        ...namespaceQuotaProblems(models, predictive, settings.modelsAccess),
        ...tierReferenceProblems(tiers ?? [], listed, settings.externalModels),
        ...groupNameProblems(tiers ?? [], settings.identity?.groups),
        ...userTierProblems(users ?? [], tiers),
        ...createdNamespaceProblems(given),
        ...regionProblems(cluster, pools ?? [], given),
        ...governanceProblems(given),
        ...identityProblems(given),
        ...certificateProblems(given),
        ...aiProblems(given),
        ...releaseProblems(given),
        ...agentProblems(given),
        ...priceProblems(given),
        ...workspacesProblems(given),
        ...litemaasProblems(given),
    ];
}
