import { ownerOfNamespace } from "../../catalogue/namespaces";

test.each([
    ["default", "OpenShift"],
    ["openshift", "OpenShift"],
    ["openshift-ingress", "OpenShift"],
    ["kube-system", "OpenShift"],
    ["maas-platform", "the records of this program"],
    ["maas-db", "the database of the API keys"],
    ["redhat-ods-applications", "OpenShift AI"],
    ["models-as-a-service", "Models-as-a-Service"],
    ["ai-tenants", "Models-as-a-Service"],
    ["cert-manager", "cert-manager"],
    ["maas-workspace-keys", "the keys of the workspaces"],
    ["ai-tenant-blue", "a tenant of Models-as-a-Service"],
    ["wksp-ann", "the workspaces of a user"],
    ["redhat-ai-gateway-infra", "the MaaS API"],
    ["nvidia-gpu-operator", "the operator gpu-operator-certified"],
    ["kuadrant-system", "the operator rhcl-operator"],
    ["llm", undefined],
    ["my-openshift-ai", undefined],
    ["defaults", undefined],
    ["constructor", undefined],
])("namespace %s belongs to %s", (name, owner) => {
    expect(ownerOfNamespace(name)).toBe(owner);
});
