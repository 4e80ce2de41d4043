import { accessLabel, gatewayHost, tenantGatewayPolicy, tenantNamespace, tenantsOfModels } from "../../catalogue/tenancy";

it("the product's own tenant has the product's names", () => {
    expect(tenantNamespace(undefined)).toBe("models-as-a-service");
    expect(gatewayHost("apps.acme.com")).toBe("maas.apps.acme.com");
    expect(accessLabel(undefined)).toBe("maas.opendatahub.io/gateway-access");
});

it("a further tenant has names of its own", () => {
    expect(tenantNamespace("blue")).toBe("ai-tenant-blue");
    expect(gatewayHost("apps.acme.com", { name: "blue" })).toBe("blue-maas.apps.acme.com");
    expect(gatewayHost("apps.acme.com", { name: "blue", host: "ai.acme.com" })).toBe("ai.acme.com");
    expect(accessLabel("blue")).toBe("maas.opendatahub.io/gateway-access-blue");
    expect(tenantGatewayPolicy("blue-gateway")).toBe("blue-gateway-maas-auth");
});

it("a model is its tenant's, and one of the product's own tenant nobody's", () => {
    const tiers = [{ models: ["qwen"] }, { tenant: "blue", models: ["granite", { name: "gpt-oss" }] }];
    expect([...tenantsOfModels({ tiers })]).toEqual([
        ["granite", "blue"],
        ["gpt-oss", "blue"],
    ]);
});
