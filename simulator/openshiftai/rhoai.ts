/** The operator of OpenShift AI. */
import { packageOf } from "../olm/catalogue";
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { K } from "../kind-names";
import { MONITORING_DEFINITIONS, MONITORING_KINDS, reconcileMonitoring } from "./rhoai-monitoring";
import { APPLICATIONS, RHOAI } from "../openshift-ai";
import { type Controller, itself, type Pass, splitKey, type World } from "../world";

/**
 * On its first start the operator makes the initialization, and what goes with it. Source:
 * docs/sources/openshift-ai.md#first-start.
 */
export class RhoaiOperator implements Controller {
    readonly name = "rhoai";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        this.watches = {
            [K.ClusterServiceVersion]: (csv) =>
                packageOf(csv.metadata.name) === RHOAI ? ["/operator", ...world.keys(K.DSCInitialization)] : [],
            [K.DSCInitialization]: itself,
            [K.CustomResourceDefinition]: (crd) =>
                MONITORING_DEFINITIONS.includes(crd.metadata.name) ? world.keys(K.DSCInitialization) : [],
            ...Object.fromEntries(MONITORING_KINDS.map((kind) => [kind, () => world.keys(K.DSCInitialization)])),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        if (!this.world.operator(RHOAI)) {
            return;
        }
        if (key === "/operator") {
            if (this.world.all(K.DSCInitialization).length === 0 && pass.waited("start", duration("operand.quick"))) {
                await this.world.ensure({
                    apiVersion: "dscinitialization.opendatahub.io/v2",
                    kind: "DSCInitialization",
                    metadata: { name: "default-dsci" },
                    spec: {
                        applicationsNamespace: APPLICATIONS,
                        monitoring: { managementState: "Managed", namespace: "redhat-ods-monitoring", metrics: {} },
                        trustedCABundle: { managementState: "Managed", customCABundle: "" },
                    },
                });
            }
            return;
        }
        const dsci = this.world.get(K.DSCInitialization, ...splitKey(key));
        if (!dsci || dsci.metadata.deletionTimestamp) {
            return;
        }
        const applications = (dsci.spec?.applicationsNamespace as string | undefined) ?? APPLICATIONS;
        await this.world.ensure({
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: applications, labels: { "opendatahub.io/generated-namespace": "true" } },
        });
        // For the gateway of its dashboard.
        await this.world.ensure({
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "GatewayClass",
            metadata: { name: "data-science-gateway-class" },
            spec: { controllerName: "openshift.io/gateway-controller/v1" },
        });
        await this.world.ensure({
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: dsci.spec?.monitoring?.namespace ?? "redhat-ods-monitoring" },
        });
        await this.distribute(dsci, applications);
        if (!pass.waited("initialize", duration("rhoai.dsci"))) {
            await this.world.setStatus(dsci, { phase: "Progressing" });
            return;
        }
        await this.world.ensure({
            apiVersion: "services.platform.opendatahub.io/v1alpha1",
            kind: "Auth",
            metadata: { name: "auth" },
            spec: { adminGroups: ["rhods-admins"], allowedGroups: ["system:authenticated"] },
        });
        await this.world.ensure({
            apiVersion: "services.platform.opendatahub.io/v1alpha1",
            kind: "GatewayConfig",
            metadata: { name: "default-gateway" },
            spec: {},
        });
        await this.world.ensure({
            apiVersion: "infrastructure.opendatahub.io/v1",
            kind: "HardwareProfile",
            metadata: {
                name: "default-profile",
                namespace: applications,
                annotations: { "opendatahub.io/display-name": "default-profile" },
            },
            spec: {
                identifiers: [
                    { displayName: "CPU", identifier: "cpu", minCount: 1, maxCount: 4, defaultCount: 2, resourceType: "CPU" },
                    {
                        displayName: "Memory",
                        identifier: "memory",
                        minCount: "2Gi",
                        maxCount: "8Gi",
                        defaultCount: "4Gi",
                        resourceType: "Memory",
                    },
                ],
            },
        });
        await reconcileMonitoring(this.world, dsci);
        const fault = this.world.faults.notReady("DSCInitialization", dsci.metadata.name);
        const status = fault === undefined ? "True" : "False";
        const reason = fault ?? "ReconcileCompleted";
        await this.world.setStatus(dsci, {
            phase: fault === undefined ? "Ready" : "Error",
            conditions: [
                { type: "ReconcileComplete", status, reason, message: "Reconcile completed successfully" },
                { type: "Available", status, reason, message: "Reconcile completed successfully" },
                { type: "Progressing", status: "False", reason, message: "Reconcile completed successfully" },
                {
                    type: "Degraded",
                    status: fault === undefined ? "False" : "True",
                    reason,
                    message: "Reconcile completed successfully",
                },
            ],
        });
    }

    /**
     * The authorities that the components trust beside the cluster's; in their namespace alone, of all that get it.
     * Source: red-hat-data-services/rhods-operator@rhoai-3.4.1:internal/controller/services/certconfigmapgenerator/certconfigmapgenerator_support.go
     */
    private async distribute(dsci: KubeObject, namespace: string): Promise<void> {
        const { managementState, customCABundle = "" } = (dsci.spec?.trustedCABundle ?? {}) as Partial<Record<string, string>>;
        if (managementState !== "Managed") {
            return;
        }
        const data = { "odh-ca-bundle.crt": `${customCABundle.trim()}\n` };
        const bundle = await this.world.ensure({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: {
                name: "odh-trusted-ca-bundle",
                namespace,
                labels: { "config.openshift.io/inject-trusted-cabundle": "true" },
            },
            data,
        });
        await this.world.patch(bundle, { data });
    }
}
