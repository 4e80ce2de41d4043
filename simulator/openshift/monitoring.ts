import { parse } from "yaml";
import { isMap } from "../../rehearsal/cluster/json";
import { duration } from "../durations";
import { K } from "../kind-names";
import { type Controller, type World, type Pass, isTrue } from "../world";
import { CLUSTER_OPERATOR, report } from "./openshift";

const USER_WORKLOADS = "openshift-user-workload-monitoring";
/**
 * The monitoring of user workloads runs while cluster-monitoring-config asks for it. Source:
 * docs/sources/observability.md#user-workload-monitoring.
 */
export class ClusterMonitoring implements Controller {
    readonly name = "cluster-monitoring";
    readonly watches: Controller["watches"] = {
        [K.ConfigMap]: ({ metadata }) =>
            metadata.namespace === "openshift-monitoring" && metadata.name === "cluster-monitoring-config" ? ["config"] : [],
        [K.StatefulSet]: ({ metadata }) => (metadata.namespace === USER_WORKLOADS ? ["config"] : []),
    };

    constructor(private readonly world: World) {}

    async reconcile(_key: string, pass: Pass): Promise<void> {
        const config = this.world.get(K.ConfigMap, "openshift-monitoring", "cluster-monitoring-config");
        const operator = this.world.get(CLUSTER_OPERATOR, "", "monitoring");
        let enabled = false;
        try {
            const settings: unknown = parse((config?.data?.["config.yaml"] as string | undefined) ?? "");
            enabled = isMap(settings) && settings["enableUserWorkload"] === true;
        } catch (error) {
            if (operator) {
                const why = `the Cluster Monitoring ConfigMap cannot be parsed: ${(error as Error).message.split("\n")[0]}`;
                await this.world.setStatus(operator, { conditions: report(undefined, why) });
            }
            return;
        }
        const name = "prometheus-user-workload";
        const fault = this.world.faults.notReady("StatefulSet", name);
        if (operator && isTrue(operator, "Degraded") && fault === undefined) {
            await this.world.setStatus(operator, { conditions: report(undefined, undefined) });
        }
        const running = this.world.get(K.StatefulSet, USER_WORKLOADS, name);
        if (!enabled) {
            if (running) {
                await this.world.delete(running);
            }
            return;
        }
        if (running || fault !== undefined || !pass.waited("deploy", duration("monitoring.user-workload"))) {
            if (fault !== undefined && operator) {
                await this.world.setStatus(operator, { conditions: report(undefined, fault) });
            }
            return;
        }
        const labels = { "app.kubernetes.io/name": "prometheus", prometheus: "user-workload" };
        await this.world.ensure({
            apiVersion: "apps/v1",
            kind: "StatefulSet",
            metadata: { name, namespace: USER_WORKLOADS, labels },
            spec: {
                replicas: 2,
                serviceName: "prometheus-operated",
                selector: { matchLabels: labels },
                template: {
                    metadata: { labels },
                    spec: { containers: [{ name: "prometheus", image: "registry.redhat.io/rehearsal/prometheus" }] },
                },
            },
        });
    }
}
