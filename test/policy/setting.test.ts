import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { settingOf } from "../../policy/setting";
import { settingsSchema } from "../../stacks/schema";

const COMPONENTS = path.join(__dirname, "../../components");
/** Components that are parts of others, or all of the platform. */
const WITHOUT = new Set(["maas:manifests:Manifests", "maas:platform:Platform"]);

const types = readdirSync(COMPONENTS, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [...readFileSync(path.join(COMPONENTS, file), "utf8").matchAll(/super\(\s*"(maas:\w+:\w+)"/g)])
    .map(([, type]) => type!)
    .filter((type) => !WITHOUT.has(type));

it("every component has a setting that exists, so that findings name it", () => {
    expect(types.length).toBeGreaterThan(35);
    const settings = types.map((type) => [type, settingOf(`urn:pulumi:s::p::maas:platform:Platform$${type}::name`)]);
    expect(settings.filter(([, setting]) => !Object.hasOwn(settingsSchema.shape, setting?.split(".")[0] ?? ""))).toEqual([]);
});

it.each([
    ["maas:addons:GitOpsRights", "gitops"],
    ["maas:agents:Agent", "agents"],
    ["maas:gateway:ConnectivityLink", "connectivityLink"],
    ["maas:governance:ExternalModelService", "externalModels"],
    ["maas:governance:FurtherTenant", "tenants"],
    ["maas:governance:ProviderKey", "externalModels"],
    ["maas:governance:Tenant", "tenant"],
    ["maas:litemaas:LiteMaas", "litemaas"],
])("resources of %s come from %s", (type, setting) => {
    expect(settingOf(`urn:pulumi:s::p::maas:platform:Platform$${type}$kubernetes:core/v1:Secret::name`)).toBe(setting);
});
