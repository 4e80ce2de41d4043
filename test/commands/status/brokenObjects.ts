/** Broken machines, models, gateways and policies, in the words of their controllers, by the cause that `maas status` finds. */
import type { Row } from "./brokenOperators";
import type { BrokenCluster } from "./recorded";

const MODEL = "gpt-oss-20b";

const model = (cluster: BrokenCluster, reason: string, message: string, type = "Ready"): void => {
    cluster.condition("llminferenceservices", MODEL, type, "False", reason, message);
    cluster.condition("llminferenceservices", MODEL, "Ready", "False", reason, message);
};
const machine = (errorReason: string, errorMessage: string) => (cluster: BrokenCluster) =>
    cluster.all("machines").forEach((one) => (one.status = { phase: "Failed", errorReason, errorMessage }));
const refused = (message: string) => (cluster: BrokenCluster) => {
    cluster.remove("llminferenceservices", MODEL);
    cluster.refusal = message;
};

export const brokenObjects: Readonly<Record<string, Row>> = {
    "no-capacity": [
        machine(
            "InsufficientInstanceCapacity",
            "error launching instance: We currently do not have sufficient g6e.2xlarge capacity in the Availability Zone you requested (us-east-2a).",
        ),
        /^Machine openshift-machine-api\//,
        "pulumi up --stack test",
    ],
    "vcpu-limit": [
        machine(
            "VcpuLimitExceeded",
            "error launching instance: You have requested more vCPU capacity than your current vCPU limit of 0 allows for the instance bucket that the specified instance type belongs to.",
        ),
        /^Machine openshift-machine-api\//,
        "pulumi up --stack test",
    ],
    "machine-failed": [
        machine("InvalidConfiguration", "error launching instance: The key pair 'x' does not exist"),
        /^Machine openshift-machine-api\//,
        "oc describe machines.machine.openshift.io",
    ],
    "provider-unverified": [
        (c) =>
            c.each(
                "destinationrules",
                "gpt",
                ({ spec }) => (spec.trafficPolicy.tls = { mode: "SIMPLE", insecureSkipVerify: true }),
            ),
        /^DestinationRule maas\/gpt$/,
        "oc annotate externalmodels.maas.opendatahub.io gpt -n maas refreshed=",
    ],
    "webhook-down": [
        refused('Internal error occurred: failed calling webhook "x": no endpoints available for service "llmisvc-webhook"'),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get pods -A",
    ],
    admission: [
        refused('admission webhook "llmisvc.kserve" denied the request: spec.model.uri: unsupported scheme'),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "pulumi up --stack test",
    ],
    "kind-unknown": [
        refused("llminferenceservices: the server could not find the requested resource"),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get clusterserviceversions.operators.coreos.com -A | grep -v Succeeded",
    ],
    "hardware-profile": [
        refused("hardware profile 'gpu-large' not found in namespace redhat-ods-applications"),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get hardwareprofiles.infrastructure.opendatahub.io -A",
    ],
    "additional-args": [
        refused("VLLM_ADDITIONAL_ARGS is set twice"),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc describe llminferenceservices.serving.kserve.io gpt-oss-20b -n maas",
    ],
    immutable: [
        (c) =>
            c.condition(
                "datascienceclusters",
                "default-dsc",
                "Ready",
                "False",
                "Error",
                'Deployment.apps "maas-api" is invalid: spec.selector: Invalid value: field is immutable',
            ),
        /^DataScienceCluster default-dsc$/,
        "oc delete deployment maas-controller maas-api -n redhat-ods-applications",
    ],
    "stuck-deleting": [
        (c) =>
            c.each("llminferenceservices", MODEL, ({ metadata }) => {
                metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
                metadata.finalizers = ["serving.kserve.io/llmisvc-finalizer"];
            }),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get llminferenceservices.serving.kserve.io gpt-oss-20b -n maas -o jsonpath='{.metadata.finalizers}'",
    ],
    "gateway-certificate": [
        (c) => {
            c.condition(
                "gateways",
                "maas-default-gateway",
                "Programmed",
                "False",
                "Invalid",
                "Failed to assign to any requested addresses",
            );
            c.each("gateways", "maas-default-gateway", ({ status }) => {
                const message = "certificate reference to secret openshift-ingress/x not found";
                status.listeners = [
                    {
                        name: "https",
                        conditions: [{ type: "ResolvedRefs", status: "False", reason: "InvalidCertificateRef", message }],
                    },
                ];
            });
        },
        /^Gateway openshift-ingress\/maas-default-gateway$/,
        "oc get secrets -n openshift-ingress --field-selector=type=kubernetes.io/tls",
    ],
    "gateway-address": [
        (c) =>
            c.condition(
                "gateways",
                "maas-default-gateway",
                "Programmed",
                "False",
                "AddressNotAssigned",
                "address pending for hostname",
            ),
        /^Gateway openshift-ingress\/maas-default-gateway$/,
        "oc get services -n openshift-ingress -l gateway.networking.k8s.io/gateway-name=maas-default-gateway",
    ],
    "gateway-not-programmed": [
        (c) => c.condition("gateways", "maas-default-gateway", "Programmed", "Unknown", "Pending", "Waiting for controller"),
        /^Gateway openshift-ingress\/maas-default-gateway$/,
        "oc get gatewayclasses.gateway.networking.k8s.io",
    ],
    "class-waits": [
        (c) => c.condition("gatewayclasses", "openshift-default", "Accepted", "Unknown", "Pending", "Waiting for controller"),
        /^GatewayClass openshift-default$/,
        "oc get subscriptions.operators.coreos.com -A | grep -i servicemesh",
    ],
    "not-allowed-by-listeners": [
        (c) => model(c, "NotAllowedByListeners", "no listener admits namespace maas", "HTTPRoutesReady"),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get namespace maas --show-labels",
    ],
    "gateway-precondition": [
        (c) => model(c, "GatewayPreconditionNotMet", "AuthPolicy CRD is not available", "HTTPRoutesReady"),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get crd authpolicies.kuadrant.io",
    ],
    "auth-conflict": [
        (c) => model(c, "ConflictingAuthPolicy", "gpt-oss-20b-kserve-route-authn", "RouterReady"),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get authpolicies.kuadrant.io -n maas",
    ],
    "inference-pool": [
        (c) => model(c, "NotReady", "InferencePool is not accepted", "InferencePoolReady"),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get crd inferencepools.inference.networking.k8s.io",
    ],
    "model-not-ready": [
        (c) => model(c, "MinimumReplicasUnavailable", "Deployment does not have minimum availability."),
        /^LLMInferenceService maas\/gpt-oss-20b$/,
        "oc get pods -n maas -l app.kubernetes.io/name=gpt-oss-20b",
    ],
    modelsasservice: [
        (c) => {
            c.condition("datascienceclusters", "default-dsc", "ModelsAsServiceReady", "False", "Failed", "gateway not found");
            c.condition(
                "datascienceclusters",
                "default-dsc",
                "Ready",
                "False",
                "NotReady",
                "Some components are not ready: modelsasservice",
            );
        },
        /^DataScienceCluster default-dsc$/,
        "oc get secret maas-db-config -n redhat-ods-applications",
    ],
    "dsc-not-ready": [
        (c) =>
            c.condition(
                "datascienceclusters",
                "default-dsc",
                "Ready",
                "False",
                "NotReady",
                "Some components are not ready: kserve",
            ),
        /^DataScienceCluster default-dsc$/,
        "oc get pods -n redhat-ods-applications",
    ],
    "policy-not-accepted": [
        (c) =>
            c.condition(
                "authpolicies",
                "maas-auth-gpt-oss-20b",
                "Accepted",
                "False",
                "TargetNotFound",
                "HTTPRoute gpt was not found",
            ),
        /^AuthPolicy maas\/maas-auth-gpt-oss-20b$/,
        "oc describe authpolicies.kuadrant.io maas-auth-gpt-oss-20b -n maas",
    ],
    "gpu-operator": [
        (c) => c.each("clusterpolicies", "gpu-cluster-policy", (o) => (o.status = { state: "notReady" })),
        /^ClusterPolicy gpu-cluster-policy$/,
        "oc get nodes -l feature.node.kubernetes.io/pci-10de.present=true",
    ],
    "subscription-failed": [
        (c) => c.all("maassubscriptions").forEach((o) => (o.status = { phase: "Failed" })),
        /^MaaSSubscription models-as-a-service\//,
        "oc get maasmodelrefs.maas.opendatahub.io -A",
    ],
    "not-found": [
        (c) => c.remove("secrets", "maas-db-config"),
        /^Secret redhat-ods-applications\/maas-db-config$/,
        "pulumi up --refresh --stack test",
    ],
    "not-allowed": [
        (c) => {
            const message = 'pods "server-0" is forbidden: unable to validate against any security context constraint';
            c.all("statefulsets").forEach((o) => {
                o.status = {
                    ...o.status,
                    readyReplicas: 0,
                    conditions: [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message }],
                };
            });
        },
        /^StatefulSet maas-db\//,
        "oc get resourcequotas,limitranges -n maas-db",
    ],
};
