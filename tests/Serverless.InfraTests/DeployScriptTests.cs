using System.Diagnostics;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

/// <summary>Runs the script with an azd that fails as often as a file says.</summary>
public sealed class DeployScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DeployScriptTests()
    {
        var azd = Path.Combine(_folder.Path, "azd");
        File.WriteAllText(azd, $"""
            #!/usr/bin/env bash
            if [[ $1 == env ]]; then printf 'AZURE_ENV_NAME="x"\nSERVERLESS_DURABLE="scheduler"\n'; exit 0; fi
            echo "$* for $SERVERLESS_DURABLE" >> {_folder.Path}/calls
            [[ $(wc -l < {_folder.Path}/calls) -gt $FAILURES ]]
            """);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(azd, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => _folder.Dispose();

    [HookTheory]
    [InlineData(0, 0, 1)]
    [InlineData(2, 0, 3)]
    [InlineData(9, 1, 4)]
    public async Task Deploy_RefusedAtFirst_IsTriedAgainButNotForEver(int failures, int exitCode, int calls)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "infra", "hooks", "deploy.sh"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PATH"] = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
                ["FAILURES"] = $"{failures}",
                ["DEPLOY_PAUSE"] = "0",
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();

        Assert.Equal(exitCode, process.ExitCode);
        var made = await File.ReadAllLinesAsync(Path.Combine(_folder.Path, "calls"));
        Assert.Equal(Enumerable.Repeat("deploy --no-prompt for scheduler", calls), made);
    }
}
