import { isPlaceholder, placeholdersIn } from "../../catalogue/placeholders";

it.each([
    "apps.cluster.example.com",
    "example.org",
    "https://vault.example.com:8200",
    "https://vault.example.net/v1",
    "admin@example.com",
    "db.internal.test",
    "host.invalid",
    "maas-7x2kq",
    "ami-0123456789abcdef0",
])("%s is a placeholder", (value) => {
    expect(isPlaceholder(value)).toBe(true);
});

it.each([
    "apps.prod.acme.com",
    "example.com.acme.com",
    "notexample.com",
    "https://vault.acme.com/example.community",
    "oci://registry.redhat.io/rhelai1/modelcar-gpt-oss-20b:1.5",
    "test",
    "us-east-2",
    "ami-0f00ba7",
])("%s is none", (value) => {
    expect(isPlaceholder(value)).toBe(false);
});

it("are told with their paths and what to do, in the order of the settings", () => {
    const settings = {
        release: "3.4",
        cluster: { domain: "apps.cluster.example.com", region: "us-east-2", lookUp: true, ami: undefined },
        gateway: { additionalHosts: [{ host: "a.acme.com" }, { host: "b.example.com" }] },
        database: null,
    };
    expect(placeholdersIn(settings)).toEqual([
        {
            path: "cluster.domain",
            value: "apps.cluster.example.com",
            remedy: "leave it out to have it read from the cluster, or give yours",
        },
        { path: "gateway.additionalHosts[1].host", value: "b.example.com", remedy: "give yours" },
    ]);
    expect(placeholdersIn(undefined)).toEqual([]);
});
