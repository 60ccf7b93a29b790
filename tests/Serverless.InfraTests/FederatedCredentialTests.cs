using System.Diagnostics;
using System.Text.Json;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

/// <summary>Runs the script with an <c>az</c> that notes what it is asked, and answers from files what there is.</summary>
public sealed class FederatedCredentialTests : IDisposable
{
    private const string Subscription = "00000000-0000-0000-0000-000000000001";

    private readonly TemporaryFolder _folder = new();

    public FederatedCredentialTests()
    {
        foreach (var file in new[] { "app", "principal", "known", "created", "calls" }) Write(file, "");
        var az = Path.Combine(_folder.Path, "az");
        File.WriteAllText(az, $$"""
            #!/usr/bin/env bash
            cd {{_folder.Path}}
            printf '%s\n' "$*" >> calls
            case "$*" in
              "ad app list "*) cat app ;;
              "ad app create "*) echo app-new ;;
              "ad sp show "*) [[ -s principal ]] ;;
              "ad app federated-credential list "*)
                [[ $* =~ name==\'([^\']+)\' ]]
                grep --count --line-regexp "${BASH_REMATCH[1]}" known || true ;;
              "ad app federated-credential create "*) printf '%s\n' "${@: -1}" >> created ;;
              "account show "*) echo tenant-1 ;;
            esac
            """);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(az, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => _folder.Dispose();

    [HookTheory]
    [InlineData(new string[0], new[] { "dev", "prod" })]
    [InlineData(new[] { "staging" }, new[] { "staging" })]
    public async Task Script_NewRepository_TrustsTheSubjectsThatJobsOfItsEnvironmentsPresent(string[] given, string[] environments)
    {
        var (exitCode, output, complaints) = await RunAsync(["acme/shop", Subscription, .. given]);

        Assert.True(exitCode == 0, complaints);
        var created = Read("created").Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        Assert.Equal(
            environments.Select(e => (e, $"repo:acme/shop:environment:{e}")),
            created.Select(c => (c.GetProperty("name").GetString()!, c.GetProperty("subject").GetString()!)));
        Assert.All(created, c => Assert.Equal(
            ("https://token.actions.githubusercontent.com", "api://AzureADTokenExchange"),
            (c.GetProperty("issuer").GetString(), c.GetProperty("audiences")[0].GetString())));
        Assert.Contains("ad sp create --id app-new", Read("calls"));
        Assert.Contains("AZURE_CLIENT_ID=app-new", output, StringComparison.Ordinal);
        Assert.Contains("AZURE_TENANT_ID=tenant-1", output, StringComparison.Ordinal);
        Assert.Contains($"AZURE_SUBSCRIPTION_ID={Subscription}", output, StringComparison.Ordinal);
    }

    [HookTheory]
    [InlineData("Contributor")]
    [InlineData("Role Based Access Control Administrator")]
    public async Task Script_Application_HasTheRoleOnTheSubscription(string role)
    {
        await RunAsync(["acme/shop", Subscription]);

        Assert.Contains(
            $"role assignment create --assignee app-new --role {role} --scope /subscriptions/{Subscription}", Read("calls"));
    }

    [HookTheory]
    [InlineData("dev\nprod\n", new string[0])]
    [InlineData("dev\n", new[] { "prod" })]
    public async Task Script_Again_MakesOnlyWhatIsMissing(string known, string[] environments)
    {
        Write("app", "app-old");
        Write("principal", "there");
        Write("known", known);

        var (exitCode, output, complaints) = await RunAsync(["acme/shop", Subscription]);

        Assert.True(exitCode == 0, complaints);
        Assert.Equal(environments, Read("created").Select(l => JsonSerializer.Deserialize<JsonElement>(l).GetProperty("name").GetString()));
        Assert.DoesNotContain(Read("calls"), c => c.StartsWith("ad app create", StringComparison.Ordinal)
            || c.StartsWith("ad sp create", StringComparison.Ordinal));
        Assert.Contains("AZURE_CLIENT_ID=app-old", output, StringComparison.Ordinal);
    }

    [HookTheory]
    [InlineData()]
    [InlineData("acme/shop")]
    [InlineData("shop", Subscription)]
    public async Task Script_WithoutRepositoryOrSubscription_SaysHowItIsUsedAndDoesNothing(params string[] arguments)
    {
        var (exitCode, _, complaints) = await RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.StartsWith("Usage: ", complaints, StringComparison.Ordinal);
        Assert.Empty(Read("calls"));
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder.Path, file), text);

    private string[] Read(string file) => File.ReadAllLines(Path.Combine(_folder.Path, file));

    private async Task<(int ExitCode, string Output, string Complaints)> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "infra", "hooks", "federated-credential.sh"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PATH"] = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}" },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var complaints = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, complaints);
    }
}
