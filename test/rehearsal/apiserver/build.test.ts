import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { BinariesError, findBinaries, locateBinaries } from "../../../rehearsal/apiserver/binaries";
import { buildControlPlane, kubernetesGoMod } from "../../../rehearsal/apiserver/build";
import { withLock } from "../../../rehearsal/apiserver/lock";
import { controlPlaneFolder, KUBERNETES_VERSION, PROGRAMS } from "../../../rehearsal/apiserver/versions";

let folder: string;
beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "build-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const VERSIONS: Record<string, string> = {
    etcd: "etcd Version: 3.6.7",
    "kube-apiserver": `Kubernetes ${KUBERNETES_VERSION}`,
    "kube-controller-manager": `Kubernetes ${KUBERNETES_VERSION}`,
};

function programs(name: string, versions: Record<string, string> = VERSIONS): string {
    const made = path.join(folder, name);
    fs.mkdirSync(made, { recursive: true });
    for (const [program, version] of Object.entries(versions)) {
        fs.writeFileSync(path.join(made, program), `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 });
    }
    return made;
}

/** A `go` that behaves as `script` says. */
function go(script: string): string {
    const made = path.join(folder, "go-bin");
    fs.mkdirSync(made, { recursive: true });
    fs.writeFileSync(path.join(made, "go"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return `${made}${path.delimiter}/usr/bin${path.delimiter}/bin`;
}

describe("the search for programs", () => {
    it("prefers KUBEBUILDER_ASSETS, and takes what it lacks from PATH", async () => {
        const { "kube-controller-manager": manager, ...usual } = VERSIONS;
        const [assets, bin] = [programs("assets", usual), programs("bin", { ...usual, "kube-controller-manager": manager! })];
        expect(await locateBinaries({ KUBEBUILDER_ASSETS: assets, PATH: bin, HOME: folder })).toEqual({
            etcd: path.join(assets, "etcd"),
            kubeApiserver: path.join(assets, "kube-apiserver"),
            kubeControllerManager: path.join(bin, "kube-controller-manager"),
            source: "KUBEBUILDER_ASSETS, PATH",
        });
    });

    it("refuses another version in KUBEBUILDER_ASSETS, and passes one by on PATH", async () => {
        const old = programs("old", { ...VERSIONS, "kube-apiserver": "Kubernetes v1.31.0" });
        await expect(locateBinaries({ KUBEBUILDER_ASSETS: old, PATH: "", HOME: folder })).rejects.toThrow(
            new BinariesError(
                `KUBEBUILDER_ASSETS: ${path.join(old, "kube-apiserver")} is version v1.31.0; Kubernetes 1.34 is needed`,
            ),
        );
        expect(await locateBinaries({ PATH: old, HOME: folder })).toBeUndefined();
        expect(await locateBinaries({ PATH: [old, programs("new")].join(path.delimiter), HOME: folder })).toMatchObject({
            source: "PATH",
        });
    });

    it("finds what was built", async () => {
        const env = { PATH: "", HOME: folder };
        programs(path.relative(folder, controlPlaneFolder(env)));
        expect(await locateBinaries(env)).toMatchObject({ source: "the cache" });
    });
});

describe("the build", () => {
    it("says what to do when there is no Go", async () => {
        await expect(findBinaries({ PATH: folder, HOME: folder }, () => undefined)).rejects.toThrow(
            /there is no Go to build them with\. Install Go 1\.24 or newer \(https:\/\/go\.dev\/dl\), or set KUBEBUILDER_ASSETS/,
        );
    });

    it("says what to do when Go is too old", async () => {
        await expect(findBinaries({ PATH: go("echo go1.21.3"), HOME: folder }, () => undefined)).rejects.toThrow(
            "Go go1.21.3 is too old to build them",
        );
    });

    it("tells what the compiler said, and leaves nothing half-built", async () => {
        const env = {
            PATH: go(
                `case "$1" in env) echo go1.26.0 ;; *) echo "go: downloading x" >&2; echo "no route to the module proxy" >&2; exit 1 ;; esac`,
            ),
            HOME: folder,
        };
        await expect(buildControlPlane(env, () => undefined)).rejects.toThrow(
            /etcd: `go build .*` ended with exit code 1:\n {2}no route to the module proxy\n/,
        );
        expect(fs.readdirSync(path.dirname(controlPlaneFolder(env)))).toEqual([]);
    });

    it("installs everything at once, and builds once for two who ask", async () => {
        const kubernetes = path.join(folder, "kubernetes.mod");
        fs.writeFileSync(kubernetes, "module k8s.io/kubernetes\n\nreplace (\n\tk8s.io/api => ./staging/src/k8s.io/api\n)\n");
        const script = `
case "$1" in
env) echo go1.26.0 ;;
mod) echo '{"GoMod": "${kubernetes}"}' ;;
build)
    echo "$@" >> ${path.join(folder, "builds")}
    while [ "$1" != -o ]; do shift; done
    sleep 0.2
    echo made > "$2" ;;
esac`;
        const env = { PATH: go(script), HOME: folder };
        const lines: string[] = [];
        const built = await Promise.all([
            buildControlPlane(env, (l) => lines.push(l)),
            buildControlPlane(env, (l) => lines.push(l)),
        ]);
        expect(built).toEqual([controlPlaneFolder(env), controlPlaneFolder(env)]);
        expect(fs.readdirSync(built[0]).sort()).toEqual([...PROGRAMS].sort());
        expect(fs.readFileSync(path.join(folder, "builds"), "utf8").trim().split("\n")).toHaveLength(3);
        expect(lines).toContainEqual(expect.stringMatching(/^process \d+ is building the control plane; waiting for it$/));
        expect(fs.readdirSync(path.dirname(built[0]))).toEqual([path.basename(built[0])]);
    });
});

describe("the go.mod for Kubernetes", () => {
    it("replaces the staging modules by their published twins, and only those", () => {
        const made = kubernetesGoMod(
            "require (\n\tk8s.io/klog/v2 v2.1.0\n)\nreplace (\n\tk8s.io/api => ./staging/src/k8s.io/api\n\tk8s.io/kubelet => ./staging/src/k8s.io/kubelet\n\ta.b/c => d.e/f v1.0.0\n)\n",
        );
        expect(made).toContain("require k8s.io/kubernetes v1.34.4");
        expect(made.match(/=>/g)).toHaveLength(2);
        expect(made).toContain("\tk8s.io/api => k8s.io/api v0.34.4\n\tk8s.io/kubelet => k8s.io/kubelet v0.34.4\n");
    });

    it("is refused when Kubernetes has become something else", () => {
        expect(() => kubernetesGoMod("module k8s.io/kubernetes\n")).toThrow("replaces no staging module");
    });
});

describe("a lock", () => {
    it("lets one after the other in, and takes over from the dead", async () => {
        const file = path.join(folder, "deep", "a.lock");
        fs.mkdirSync(path.dirname(file));
        fs.writeFileSync(file, "999999999\n");
        const order: string[] = [];
        const work = (name: string) => async (): Promise<void> => {
            order.push(`${name} in`);
            await new Promise((resolve) => setTimeout(resolve, 50));
            order.push(`${name} out`);
        };
        await Promise.all(["a", "b", "c"].map((name) => withLock(file, () => undefined, work(name))));
        expect(
            order
                .filter((_, i) => i % 2 === 0)
                .map((o) => o[0])
                .sort(),
        ).toEqual(["a", "b", "c"]);
        expect(order.every((o, i) => i % 2 === 0 || o === order[i - 1]!.replace(" in", " out"))).toBe(true);
        expect(fs.readdirSync(path.dirname(file))).toEqual([]);
    });

    it("is given back when the work fails", async () => {
        const file = path.join(folder, "a.lock");
        await expect(
            withLock(
                file,
                () => undefined,
                () => Promise.reject(new Error("no")),
            ),
        ).rejects.toThrow("no");
        expect(fs.existsSync(file)).toBe(false);
    });
});
