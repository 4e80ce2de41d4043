/** Cases of the rules about images, pods, disks and nodes. */
import { type Case, deployment, image, k, machine, servedOn, UNKNOWN } from "./case";

export const workloads: Readonly<Record<string, Case>> = {
    "images-are-pinned": {
        good: () => [deployment({ name: "c", image: "registry.redhat.io/rhel9/postgresql-16:9.6" })],
        broken: [
            {
                what: "latest",
                change: ([d]) => (image(d).image = "quay.io/a/b:latest"),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.image: quay\.io\/a\/b:latest has a tag that moves, so a restart may run another version; set a version or a digest$/,
            },
            {
                what: "no tag",
                change: ([d]) => (image(d).image = "quay.io/a/b"),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.image: quay\.io\/a\/b has no tag/,
            },
            {
                what: "a port and no tag",
                change: ([d]) => (image(d).image = "quay.io:443/a/b"),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.image: quay\.io:443\/a\/b has no tag/,
            },
            {
                what: "another registry",
                change: ([d]) => (image(d).image = "docker.io/a/b:1"),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.image: docker\.io\/a\/b:1 is not from an allowed registry/,
            },
            {
                what: "a registry that only begins so",
                change: ([d]) => (image(d).image = "quay.io.evil.example/a:1"),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.image: quay\.io\.evil\.example\/a:1 is not from an allowed registry/,
            },
            {
                what: "an init container",
                change: ([d]) => (d.props.spec.template.spec.initContainers = [{ image: "quay.io/a/b" }]),
                says: /^workload: spec\.template\.spec\.initContainers\[0\]\.image/,
            },
        ],
        accepted: [
            { what: "a digest", change: ([d]) => (image(d).image = `quay.io/a/b@sha256:${"0".repeat(64)}`) },
            { what: "the release's own image", change: ([d]) => delete image(d).image },
            { what: "an image that is filled in later", change: ([d]) => (image(d).image = "") },
        ],
        config: { registries: ["registry.redhat.io", "quay.io", "quay.io:443"] },
    },
    "nodes-are-hardened": {
        may: [{ ebs: { encrypted: true } }],
        good: () => [
            k("machine.openshift.io/v1beta1:MachineSet", "set", {
                spec: {
                    template: {
                        spec: {
                            providerSpec: {
                                value: {
                                    kind: "AWSMachineProviderConfig",
                                    blockDevices: [{ ebs: { encrypted: true } }],
                                    metadataServiceOptions: { authentication: "Required" },
                                },
                            },
                        },
                    },
                },
            }),
        ],
        broken: [
            {
                what: "a plain disk",
                change: ([s]) => delete machine(s).blockDevices[0].ebs.encrypted,
                says: /^set: spec\.template\.spec\.providerSpec\.value\.blockDevices\[0\]\.ebs\.encrypted: the disk is not encrypted; set true$/,
            },
            {
                what: "a second plain disk",
                change: ([s]) => machine(s).blockDevices.push({ ebs: {} }),
                says: /blockDevices\[1\]/,
            },
            {
                what: "the old metadata service",
                change: ([s]) => delete machine(s).metadataServiceOptions,
                says: /^set: spec\.template\.spec\.providerSpec\.value\.metadataServiceOptions\.authentication: pods can read the credentials of the node/,
            },
            {
                what: "the metadata service as one likes",
                change: ([s]) => (machine(s).metadataServiceOptions.authentication = "Optional"),
                says: /^set: spec\.template\.spec\.providerSpec\.value\.metadataServiceOptions\.authentication: pods can read the credentials of the node/,
            },
        ],
        accepted: [
            {
                what: "another cloud",
                change: ([s]) => ((machine(s).kind = "AzureMachineProviderSpec"), delete machine(s).blockDevices),
            },
            {
                what: "another cloud, whose metadata service is another",
                change: ([s]) => (
                    (machine(s).kind = "AzureMachineProviderSpec"),
                    delete machine(s).blockDevices,
                    delete machine(s).metadataServiceOptions
                ),
            },
        ],
    },
    "volumes-are-encrypted": {
        good: () => [
            k("storage.k8s.io/v1:StorageClass", "class", { provisioner: "ebs.csi.aws.com", parameters: { encrypted: "true" } }),
            { type: "aws:rds/instance:Instance", name: "database", props: { storageEncrypted: true } },
            { type: "aws:ebs/volume:Volume", name: "volume", props: { encrypted: true } },
        ],
        broken: [
            {
                what: "a class that leaves it out",
                change: ([c]) => delete c.props.parameters,
                says: /^class: parameters\.encrypted: not set; volumes may not be encrypted; set "true"$/,
            },
            { what: "a class that says no", change: ([c]) => (c.props.parameters.encrypted = "false"), says: /encrypted: false/ },
            {
                what: "a class of the old provisioner",
                change: ([c]) => ((c.props.provisioner = "kubernetes.io/aws-ebs"), (c.props.parameters = {})),
                says: /parameters\.encrypted/,
            },
            {
                what: "a database in the clear",
                change: ([, d]) => (d.props.storageEncrypted = false),
                says: /^database: storageEncrypted: false; the data is not encrypted at rest; set true$/,
            },
            {
                what: "a volume that leaves it out",
                change: ([, , v]) => delete v.props.encrypted,
                says: /^volume: encrypted: not set; the data is not encrypted at rest; set true$/,
            },
        ],
        accepted: [
            {
                what: "a file system, which is encrypted itself",
                change: ([c]) => ((c.props.provisioner = "efs.csi.aws.com"), (c.props.parameters = {})),
            },
            {
                what: "a class of something else",
                change: ([c]) => ((c.props.provisioner = "example.com/disk"), (c.props.parameters = {})),
            },
            {
                what: "something else that names the provisioner",
                change: (all) => all.push(k("example.com/v1:Disk", "disk", { provisioner: "ebs.csi.aws.com" })),
            },
        ],
    },
    "pods-are-unprivileged": {
        good: () => {
            const workload = deployment({
                name: "c",
                securityContext: { privileged: false, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            });
            (workload.props as any).spec.template.spec.volumes = [{ name: "v", emptyDir: {} }];
            return [workload];
        },
        broken: [
            {
                what: "a privileged container",
                change: ([d]) => (image(d).securityContext.privileged = true),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.securityContext\.privileged: true/,
            },
            {
                what: "escalation",
                change: ([d]) => (image(d).securityContext.allowPrivilegeEscalation = true),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.securityContext\.allowPrivilegeEscalation: true lets processes gain privileges; set false$/,
            },
            {
                what: "root",
                change: ([d]) => (image(d).securityContext.runAsUser = 0),
                says: /containers\[0\]\.securityContext\.runAsUser: 0 is root/,
            },
            {
                what: "root for all containers",
                change: ([d]) => (d.props.spec.template.spec.securityContext = { runAsUser: 0 }),
                says: /^workload: spec\.template\.spec\.securityContext\.runAsUser: 0 is root/,
            },
            {
                what: "capabilities",
                change: ([d]) => (image(d).securityContext.capabilities.add = ["NET_BIND_SERVICE", "SYS_ADMIN"]),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.securityContext\.capabilities\.add: SYS_ADMIN gives the container privileges/,
            },
            {
                what: "a path of the host",
                change: ([d]) => (d.props.spec.template.spec.volumes[0] = { name: "v", hostPath: { path: "/var" } }),
                says: /^workload: spec\.template\.spec\.volumes\[0\]\.hostPath: \/var is a path of the node/,
            },
            ...["hostNetwork", "hostPID", "hostIPC"].map((field) => ({
                what: field,
                change: ([d]: any[]) => (d.props.spec.template.spec[field] = true),
                says: new RegExp(`spec\\.template\\.spec\\.${field}: true gives the pod access to the node`),
            })),
            {
                what: "a privileged init container of a model",
                change: (all) => {
                    const served = servedOn("l40s", 1) as any;
                    served.props.spec.template.initContainers = [{ securityContext: { privileged: true } }];
                    all.push(served);
                },
                says: /^model-m-service: spec\.template\.initContainers\[0\]/,
            },
            {
                what: "drivers in a namespace that only begins like the cluster's",
                change: ([d]) => ((d.props.metadata.namespace = "orders"), (image(d).securityContext.privileged = true)),
                says: /privileged: true/,
            },
        ],
        accepted: [
            { what: "low ports", change: ([d]) => (image(d).securityContext.capabilities.add = ["NET_BIND_SERVICE"]) },
            {
                what: "drivers",
                change: ([d]) => (
                    (d.props.metadata.namespace = "nvidia-gpu-operator"),
                    (image(d).securityContext.privileged = true)
                ),
            },
            {
                what: "the cluster itself",
                change: ([d]) => ((d.props.metadata.namespace = "openshift-x"), (image(d).securityContext.privileged = true)),
            },
            {
                what: "drivers, while it is not known where",
                change: ([d]) => ((d.props.metadata.namespace = UNKNOWN), (image(d).securityContext.privileged = true)),
            },
            {
                what: "a capability that is not known",
                change: ([d]) => (image(d).securityContext.capabilities.add = [UNKNOWN]),
            },
        ],
        may: ["openshift-x", { namespace: "openshift-x" }],
    },
};
