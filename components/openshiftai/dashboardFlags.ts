/** Flags that show and hide pages of the dashboard. Pure. */
import type { DashboardFlag } from "../../kinds/opendatahub.io";
import type { OpenShiftAiSettings } from "../../stacks/schema";
import { recordOf, type Release } from "../../catalogue/releases";
import type { AiComponent } from "../../catalogue/openshiftai/aiComponents";

/**
 * The flags of the dashboard: it shows the pages of installed components and hides the others, unless the settings say
 * otherwise. Source: docs/sources/openshift-ai.md#dashboard.
 */
export function flagsOf(
    release: Release,
    on: ReadonlySet<AiComponent>,
    { dashboard, monitoring }: OpenShiftAiSettings,
): Partial<Record<DashboardFlag, boolean>> {
    const maas = on.has("modelsAsService");
    const fromSettings = Object.entries(dashboard?.flags ?? {}).filter(
        (entry): entry is [DashboardFlag, boolean] => typeof entry[1] === "boolean",
    );
    return {
        disableDistributedWorkloads: !on.has("ray") && !on.has("trainer") && !on.has("trainingOperator"),
        disableKueue: !on.has("kueue"),
        disableLMEval: !on.has("trustyai"),
        disableModelRegistry: !on.has("modelRegistry"),
        disablePipelines: !on.has("pipelines"),
        genAiStudio: maas,
        ...(recordOf(release).maasAuthPoliciesFlag && { maasAuthPolicies: maas }),
        modelAsService: maas,
        observabilityDashboard: monitoring !== undefined,
        vLLMDeploymentOnMaaS: maas,
        ...Object.fromEntries(fromSettings),
    };
}
