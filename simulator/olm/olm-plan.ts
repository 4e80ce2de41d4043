import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { findPackage, packageOf } from "./catalogue";
import type { Definitions } from "../definitions";
import { duration } from "../durations";
import { K } from "../kind-names";
import { CATALOG_NAMESPACE } from "./catalog-health";
import { componentLabel } from "./olm";
import { csvObject } from "./olm-csv";
import { type Controller, itself, keyOf, type Pass, splitKey, type World } from "../world";

/**
 * Approved InstallPlans bring definitions, CSVs and the Subscriptions of dependencies. Source:
 * operator-framework/operator-lifecycle-manager@992bb0977:pkg/controller/operators/catalog/operator.go.
 */
export class PlanOperator implements Controller {
    readonly name = "olm-plan";
    readonly watches: Controller["watches"];

    constructor(
        private readonly world: World,
        private readonly definitions: Definitions,
    ) {
        const plans = (object: KubeObject): string[] => world.inNamespace(K.InstallPlan, object.metadata.namespace!).map(keyOf);
        this.watches = {
            [K.InstallPlan]: itself,
            [K.OperatorGroup]: plans,
            [K.CustomResourceDefinition]: () =>
                world
                    .all(K.InstallPlan)
                    .filter((plan) => plan.status?.phase === "Installing")
                    .map(keyOf),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [namespace, name] = splitKey(key);
        const plan = this.world.get(K.InstallPlan, namespace, name);
        // The catalogue operator writes the status of a new plan first: what it would bring.
        if (!plan?.status?.plan || plan.status.phase === "Complete" || plan.metadata.deletionTimestamp) {
            return;
        }
        if (!plan.spec.approved) {
            await this.world.setStatus(plan, { phase: "RequiresApproval" });
            return;
        }
        const groups = this.world.inNamespace(K.OperatorGroup, namespace).length;
        if (groups !== 1) {
            await this.world.setStatus(plan, {
                phase: "Installing",
                conditions: [
                    {
                        type: "Installed",
                        status: "False",
                        reason: "InstallCheckFailed",
                        message:
                            groups === 0
                                ? "no operator group found that is managing this namespace"
                                : `more than one operator group(s) are managing this namespace count=${groups}`,
                    },
                ],
            });
            return;
        }
        await this.world.setStatus(plan, { phase: "Installing" });
        if (!pass.waited("unpack", duration("olm.unpack"))) {
            return;
        }
        const csvs = plan.spec.clusterServiceVersionNames as string[];
        for (const csv of csvs) {
            await this.definitions.bring(packageOf(csv)!);
        }
        for (const csv of csvs) {
            const found = packageOf(csv)!;
            await this.world.ensure(csvObject(csv, found, namespace, this.replaces(csv, found, namespace)));
            if (!this.world.inNamespace(K.Subscription, namespace).some((subscription) => subscription.spec.name === found)) {
                await this.world.ensure(dependencySubscription(found, csv, namespace));
            }
        }
        await this.world.setStatus(plan, {
            phase: "Complete",
            conditions: [{ type: "Installed", status: "True", reason: "", message: "" }],
            plan: (plan.status.plan as object[]).map((step) => ({ ...step, status: "Created" })),
        });
    }

    private replaces(csv: string, name: string, namespace: string): string | undefined {
        return this.world
            .inNamespace(K.ClusterServiceVersion, namespace)
            .find((old) => old.metadata.name !== csv && packageOf(old.metadata.name) === name)?.metadata.name;
    }
}

/** The Subscription that OLM makes for a package that another one needs. */
function dependencySubscription(name: string, csv: string, namespace: string): KubeObject {
    const { catalog, defaultChannel } = findPackage(name)!;
    return {
        apiVersion: "operators.coreos.com/v1alpha1",
        kind: "Subscription",
        metadata: {
            name: `${name}-${defaultChannel}-${catalog}-${CATALOG_NAMESPACE}`,
            namespace,
            labels: { [componentLabel(name, namespace)]: "", "olm.managed": "true" },
        },
        spec: {
            name,
            channel: defaultChannel,
            source: catalog,
            sourceNamespace: CATALOG_NAMESPACE,
            startingCSV: csv,
            installPlanApproval: "Automatic",
        },
    };
}
