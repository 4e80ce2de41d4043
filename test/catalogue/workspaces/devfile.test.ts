/** Addresses of devfiles and of extensions. */
import { rawAddress } from "../../../catalogue/workspaces/devfile";
import { pinnedExtension } from "../../../catalogue/workspaces/extension";

it.each([
    ["https://github.com/acme/tools.git", "https://raw.githubusercontent.com/acme/tools/v1/devfile.yaml"],
    ["https://github.com/acme/tools/", "https://raw.githubusercontent.com/acme/tools/v1/devfile.yaml"],
    ["https://gitlab.example.com/a/b/tools.git", "https://gitlab.example.com/a/b/tools/-/raw/v1/devfile.yaml"],
    ["https://gitlab.com/acme/tools", "https://gitlab.com/acme/tools/-/raw/v1/devfile.yaml"],
    ["https://bitbucket.org/acme/tools.git", "https://bitbucket.org/acme/tools/raw/v1/devfile.yaml"],
    ["https://git.example.com/acme/tools.git", undefined],
    ["https://notgitlab.example.com/acme/tools.git", undefined],
])("a file of %s is at %s", (repository, address) => {
    expect(rawAddress(repository, "v1", "devfile.yaml")).toBe(address);
});

const continued = { extension: "Continue.continue", platform: "linux-x64", registry: "https://open-vsx.org" };

it.each([
    [
        "Continue of the public registry",
        continued,
        "https://open-vsx.org/api/Continue/continue/linux-x64/1.3.38/file/Continue.continue-1.3.38@linux-x64.vsix",
    ],
    [
        "another version of a mirror, for all platforms",
        { ...continued, registry: "https://vsx.example.com/", version: "2.0.0", platform: "universal" },
        "https://vsx.example.com/api/Continue/continue/2.0.0/file/Continue.continue-2.0.0.vsix",
    ],
    ["the embedded registry", { ...continued, registry: "embedded", version: "2.0.0" }, undefined],
    ["an extension whose version nobody named", { ...continued, extension: "acme.assistant" }, undefined],
])("%s", (_, extension, url) => {
    expect(pinnedExtension(extension)?.url).toBe(url);
});
