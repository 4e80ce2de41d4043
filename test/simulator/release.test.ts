import { releaseOf } from "../../simulator/openshift-ai";
import { componentsOf } from "../../simulator/openshiftai/rhoai-components";
import type { World } from "../../simulator/world";

const running = (version: string | undefined): World =>
    ({ operator: () => (version === undefined ? undefined : { spec: { version } }) }) as unknown as World;

it.each([
    ["3.3.0", "3.3", "tiers", "none"],
    ["3.4.0-ea.2", "3.4", "subscriptions", "Tenant"],
    ["3.5.0", "3.5", "subscriptions", "AITenant"],
    // Later than all that are known: like the last of them, and not like 3.1.
    ["3.10.0", "3.5", "subscriptions", "AITenant"],
    [undefined, "3.4", "subscriptions", "Tenant"],
])("plays for version %s release %s", (version, release, governance, tenancy) => {
    expect(releaseOf(running(version))).toMatchObject({ release, governance, tenancy });
});

it("has components from the release on that brought them", () => {
    const fields = (version: string): string[] => componentsOf(releaseOf(running(version))).map(([field]) => field);
    expect(fields("3.4.0")).not.toContain("ogx");
    expect(fields("3.5.0")).toEqual(expect.arrayContaining([...fields("3.4.0"), "aigateway", "mcplifecycleoperator", "ogx"]));
});
