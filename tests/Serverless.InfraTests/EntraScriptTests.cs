using System.Diagnostics;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

/// <summary>The scripts that talk to the app, run with an azd, a curl and a command of the test's own.</summary>
public sealed class EntraScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EntraScriptTests()
    {
        Write("azd", """
            case "$*" in
              "env get-values")
                printf '%s="x"\n' AZURE_SUBSCRIPTION_ID AZURE_RESOURCE_GROUP AZURE_FUNCTION_NAME
                printf 'AZURE_FUNCTION_URI="https://app"\n' ;;
              *--scope*) printf '{"token": "token of %s"}' "$4" ;;
              *) printf '{"token": "management"}' ;;
            esac
            """);
        Write("curl", """
            for word; do case $word in @*) cat "${word#@}" >> "$FOLDER/headers" ;; esac; done
            case "$*" in
              *listkeys*) printf '{"functionKeys": {"default": "the-key"}}' ;;
              */api/health) printf 200 ;;
              *) printf '{"id": "job", "status": "Completed"}' ;;
            esac
            """);
        Write("command", """
            printf '%s|%s|%s' "$SERVERLESS_KEY" "$SERVERLESS_TOKEN" "$*" > "$FOLDER/called"
            """);
    }

    public void Dispose() => _folder.Dispose();

    [HookTheory]
    [InlineData("", "the-key||replay --url https://app")]
    [InlineData("client", "the-key|token of api://client/.default|replay --url https://app")]
    public async Task ReplayGate_OfAnApp_BringsTheKeyAndTheTokenThatItWants(string client, string expected)
    {
        await RunAsync("replay-gate.sh", client);

        Assert.Equal(expected, await File.ReadAllTextAsync(Path.Combine(_folder.Path, "called")));
    }

    [HookTheory]
    [InlineData("", false)]
    [InlineData("client", true)]
    public async Task SmokeTest_OfAnApp_BringsTheTokenThatItWants(string client, bool brings)
    {
        await RunAsync("smoke-test.sh", client);

        var headers = await File.ReadAllTextAsync(Path.Combine(_folder.Path, "headers"));
        Assert.Contains("x-functions-key: the-key", headers, StringComparison.Ordinal);
        Assert.Equal(brings, headers.Contains("Authorization: Bearer token of api://client/.default", StringComparison.Ordinal));
    }

    private void Write(string name, string script)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, "#!/usr/bin/env bash\n" + script);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private async Task RunAsync(string script, string client)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "infra", script))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PATH"] = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
                ["FOLDER"] = _folder.Path,
                ["ENTRA_CLIENT_ID"] = client,
                ["SERVERLESS"] = Path.Combine(_folder.Path, "command"),
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var complaints = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, complaints + await output);
    }
}
