using System.Diagnostics;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

/// <summary>Runs the hook as azd does, with an azd and a curl that answer from files.</summary>
public sealed class PreprovisionTests : IDisposable
{
    private const string Regions =
        """{"value": [{"properties": {"displayName": "West Europe"}}, {"properties": {"displayName": "East US 2"}}]}""";

    private const string Brokers = """
        {"value": [
          {"id": "/subscriptions/s/resourceGroups/RG-Test/providers/Microsoft.ServiceBus/namespaces/sb-x", "name": "sb-x",
           "sku": {"tier": "Premium", "capacity": 4}},
          {"id": "/subscriptions/s/resourceGroups/rg-test/providers/Microsoft.ServiceBus/namespaces/sb-x-2", "name": "sb-x-2",
           "sku": {"tier": "Premium", "capacity": 8}},
          {"id": "/subscriptions/s/resourceGroups/rg-test2/providers/Microsoft.ServiceBus/namespaces/sb-y", "name": "sb-y",
           "sku": {"tier": "Premium", "capacity": 16}}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public PreprovisionTests()
    {
        Program("azd", $"""
            case "$*" in
              *token*) echo '{"{"}"token": "t"{"}"}' ;;
              *) echo "$*" >> {_folder.Path}/settings ;;
            esac
            """);
        Program("curl", $"""
            echo "$*" >> {_folder.Path}/requests
            case "$*" in
              *geoRegions*) cat {_folder.Path}/regions ;;
              *Microsoft.ServiceBus*) cat {_folder.Path}/brokers ;;
              *register*) echo Registered > {_folder.Path}/state ;;
              *Microsoft.App*) printf '{"{"}"registrationState": "%s"{"}"}' "$(cat {_folder.Path}/state)" ;;
            esac
            """);
        File.WriteAllText(Path.Combine(_folder.Path, "regions"), Regions);
        File.WriteAllText(Path.Combine(_folder.Path, "state"), "NotRegistered");
        File.WriteAllText(Path.Combine(_folder.Path, "brokers"), Brokers);
        File.WriteAllText(Path.Combine(_folder.Path, "settings"), "");
    }

    public void Dispose() => _folder.Dispose();

    [HookTheory]
    [InlineData("westeurope", "dev", "")]
    [InlineData("eastus2", "dev", "dev")]
    [InlineData("westeurope", "prod", "prod")]
    public async Task Hook_WhatCanBeDeployed_Passes(string location, string profile, string provisioned)
    {
        var (exitCode, complaints) = await RunAsync(location, profile, provisioned);

        Assert.True(exitCode == 0, complaints);
    }

    [HookTheory]
    [InlineData("westeurope", "prod", "dev", "azd env new prod")]
    [InlineData("westeurope", "dev", "prod", "azd env new dev")]
    [InlineData("westeurope", "test", "", "'test'; there are dev and prod")]
    [InlineData("polandcentral", "dev", "", "not offered in 'polandcentral'")]
    [InlineData("europe", "dev", "", "not offered in 'europe'")]
    public async Task Hook_WhatWouldFail_IsRefusedWithTheWayOut(string location, string profile, string provisioned, string said)
    {
        var (exitCode, complaints) = await RunAsync(location, profile, provisioned);

        Assert.Equal(1, exitCode);
        Assert.Contains(said, complaints, StringComparison.Ordinal);
    }

    [HookTheory]
    [InlineData("dev", false)]
    [InlineData("prod", true)]
    public async Task Hook_Profile_RegistersTheProviderThatItsSubnetNeeds(string profile, bool registers)
    {
        await RunAsync("westeurope", profile, "");

        Assert.Equal(
            registers, (await File.ReadAllTextAsync(Path.Combine(_folder.Path, "requests"))).Contains(
                "Microsoft.App/register", StringComparison.Ordinal));
    }

    [HookTheory]
    [InlineData("prod", Brokers, "env set SERVICE_BUS_MESSAGING_UNITS 4")]
    [InlineData("prod", """{"value": []}""", "env set SERVICE_BUS_MESSAGING_UNITS 0")]
    [InlineData("dev", Brokers, "")]
    public async Task Hook_PremiumBrokerThatIsThere_KeepsItsMessagingUnits(string profile, string brokers, string expected)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "brokers"), brokers);

        await RunAsync("westeurope", profile, "");

        Assert.Equal(expected, (await File.ReadAllTextAsync(Path.Combine(_folder.Path, "settings"))).Trim());
    }

    private void Program(string name, string script)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private async Task<(int ExitCode, string Complaints)> RunAsync(string location, string profile, string provisioned)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "infra", "hooks", "preprovision.sh"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PATH"] = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
                ["AZURE_SUBSCRIPTION_ID"] = "00000000-0000-0000-0000-000000000001",
                ["AZURE_ENV_NAME"] = "test",
                ["AZURE_LOCATION"] = location,
                ["SERVERLESS_PROFILE"] = profile,
                ["SERVERLESS_PROVISIONED_PROFILE"] = provisioned,
                ["REGISTRATION_PAUSE"] = "0",
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var complaints = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        return (process.ExitCode, complaints);
    }
}

/// <summary>A test of a shell script; skipped where a program is missing that it needs.</summary>
public sealed class HookTheoryAttribute : TheoryAttribute
{
    private static readonly string? Missing = new[] { "bash", "jq" }.FirstOrDefault(p => !OnPath(p));

    public HookTheoryAttribute() => Skip = Missing is null ? null : $"The hook needs {Missing}, which is not installed.";

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
