/** Secrets that are made once and kept. */
import { type KeptSecretArgs, made } from "../../components/keptSecret";
import { type Kube, KubeError } from "../../components/kube";

const args: KeptSecretArgs = {
    namespace: "n",
    secret: "s",
    labels: { app: "a" },
    keys: [{ name: "PASSWORD" }, { name: "MASTER", prefix: "sk-" }, { name: "SALT", encryptsData: true }],
    claim: "data",
};

/** A cluster with one Secret and one claim. @param meanwhile happens before a write arrives */
function cluster(stored: { data?: Record<string, string>; claim?: boolean }, meanwhile: (() => void)[] = []) {
    let data = stored.data;
    let version = 1;
    const writes: string[] = [];
    const put = (values: Record<string, string>, verb: string, at?: string): void => {
        meanwhile.shift()?.();
        if (verb === "create" ? data !== undefined : at !== String(version)) {
            throw new KubeError("conflict", 409);
        }
        writes.push(verb);
        data = { ...data, ...values };
        version++;
    };
    const encode = (values: Record<string, string>) =>
        Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]));
    const kube = {
        get: (kind: { plural: string }, name: string) =>
            Promise.resolve(
                kind.plural === "secrets"
                    ? data && { metadata: { name, resourceVersion: String(version) }, data }
                    : stored.claim === true
                      ? { metadata: { name } }
                      : undefined,
            ),
        create: (_kind: unknown, object: any) => Promise.resolve(put(encode(object.stringData), "create")),
        patch: (_kind: unknown, _name: string, object: any) =>
            Promise.resolve().then(() => put(object.data, "patch", object.metadata.resourceVersion)),
    } as unknown as Kube;
    return {
        kube,
        writes,
        write: (values: Record<string, string>) => ((data = { ...data, ...encode(values) }), version++),
        values: () =>
            Object.fromEntries(Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString()])),
    };
}

it("makes values of letters and digits, each another", async () => {
    const { kube, values } = cluster({});
    await made(kube, args);
    const { PASSWORD, MASTER, SALT } = values();
    expect(PASSWORD).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(MASTER).toMatch(/^sk-[A-Za-z0-9]{32}$/);
    expect(new Set([PASSWORD, MASTER!.slice(3), SALT]).size).toBe(3);
});

it("changes no value, and adds one that a later version needs", async () => {
    const { kube, values, writes, write } = cluster({});
    write({ PASSWORD: "kept", SALT: "salt" });
    await made(kube, args);
    expect(values()).toMatchObject({ PASSWORD: "kept", SALT: "salt", MASTER: expect.stringMatching(/^sk-/) });
    const before = values();
    await made(kube, args);
    expect(values()).toEqual(before);
    expect(writes).toEqual(["patch"]);
});

it("makes no key anew that encrypts data, while the data are there", async () => {
    for (const data of [undefined, { PASSWORD: "eA==", MASTER: "eA==", SALT: "" }]) {
        const { kube, writes } = cluster({ ...(data && { data }), claim: true });
        await expect(made(kube, args)).rejects.toThrow(
            "Secret n/s has no SALT, and volume data has data that it encrypts. Bring the Secret back as it was, or delete the volume to start again (oc delete pvc data -n n); the next `pulumi up` continues from here",
        );
        expect(writes).toEqual([]);
    }
    const { kube, writes } = cluster({ data: { SALT: "eA==" }, claim: true });
    await made(kube, args);
    expect(writes).toEqual(["patch"]);
});

it("takes what somebody else makes meanwhile, whole or in part", async () => {
    for (const others of [{ PASSWORD: "theirs", MASTER: "theirs", SALT: "theirs" }, { PASSWORD: "theirs" }] as Record<
        string,
        string
    >[]) {
        const them: (() => void)[] = [];
        const { kube, values, write } = cluster({}, them);
        them.push(() => write(others));
        await made(kube, args);
        expect(values()).toMatchObject(others);
        expect(Object.keys(values()).sort()).toEqual(["MASTER", "PASSWORD", "SALT"]);
    }
});
