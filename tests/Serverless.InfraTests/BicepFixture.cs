using System.Text.Json;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

/// <summary>
/// Compiles <c>infra/</c> once: dev with nothing optional, prod with everything, prod with a second region for the broker,
/// a budget, and a range of addresses that may reach its storage, and prod with what lifts limits.
/// </summary>
public sealed class BicepFixture : IAsyncLifetime
{
    private const string Subscription = "00000000-0000-0000-0000-000000000001";
    private const string Tenant = "00000000-0000-0000-0000-000000000002";

    private static readonly Dictionary<string, string> Nothing = [];
    private static readonly Dictionary<string, string> Everything = new()
    {
        ["ALERT_EMAIL"] = "operators@example.org",
        ["ENTRA_CLIENT_ID"] = "00000000-0000-0000-0000-000000000004",
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "https://otlp.example.org",
        ["KEY_VAULT"] = "true",
        ["SERVICE_BUS_MESSAGING_UNITS"] = "2",
    };

    private const string TwoRegionsParameters = """
        using 'main.bicep'
        import { prod } from 'profiles.bicep'
        param environmentName = 'two-regions'
        param location = 'westeurope'
        param profile = 'prod'
        param allowedIpRanges = ['203.0.113.0/24']
        param settings = union(prod, {
          serviceBus: union(prod.serviceBus, { secondaryLocation: 'northeurope' })
          monitoring: union(prod.monitoring, { monthlyBudget: 500 })
        })
        """;

    private const string ApartParameters = """
        using 'main.bicep'
        import { prod } from 'profiles.bicep'
        param environmentName = 'apart'
        param location = 'westeurope'
        param profile = 'prod'
        param allowedIpRanges = ['203.0.113.0/24']
        param settings = union(prod, {
          separateStorage: true
          durable: 'scheduler'
          deleteLock: true
          serviceBus: union(prod.serviceBus, { partitions: 4 })
          app: union(prod.app, { rollingUpdates: true })
        })
        """;

    private const string SpreadParameters = """
        using 'main.bicep'
        import { prod } from 'profiles.bicep'
        param environmentName = 'spread'
        param location = 'westeurope'
        param profile = 'prod'
        param allowedIpRanges = ['203.0.113.0/24']
        param settings = union(prod, { dataAccounts: 3, deleteLock: true, csvOutputDays: 90, incomingDays: 90 })
        """;

    internal Deployment Dev { get; private set; } = null!;

    internal Deployment Prod { get; private set; } = null!;

    /// <summary>The dev environment with the other profile.</summary>
    internal Deployment DevAsProd { get; private set; } = null!;

    internal Deployment TwoRegions { get; private set; } = null!;

    /// <summary>Prod with all that lifts limits: several storage accounts, a scheduler, a partitioned broker.</summary>
    internal Deployment Apart { get; private set; } = null!;

    /// <summary>Prod with three accounts for the files of jobs.</summary>
    internal Deployment Spread { get; private set; } = null!;

    /// <summary>The template before parameters.</summary>
    internal JsonElement Template { get; private set; }

    internal Deployment this[string profile] => profile switch { "dev" => Dev, "apart" => Apart, "spread" => Spread, _ => Prod };

    public async Task InitializeAsync()
    {
        if (BicepCompiler.Absent is not null) return;
        using var copy = new TemporaryFolder();
        // A snapshot is written beside its parameter file, which is no place for it in the checkout.
        Copy(Path.Combine(Repository.Root, "infra"), copy.Path);
        Dev = await DeployAsync(copy.Path, "dev", Nothing);
        Prod = await DeployAsync(copy.Path, "prod", Everything);
        DevAsProd = await DeployAsync(copy.Path, "main", new()
        {
            ["AZURE_ENV_NAME"] = "serverless-dev",
            ["SERVERLESS_PROFILE"] = "prod",
            ["SERVICE_BUS_MESSAGING_UNITS"] = "16",
        });
        await File.WriteAllTextAsync(Path.Combine(copy.Path, "two-regions.bicepparam"), TwoRegionsParameters);
        TwoRegions = await DeployAsync(copy.Path, "two-regions", Nothing);
        await File.WriteAllTextAsync(Path.Combine(copy.Path, "apart.bicepparam"), ApartParameters);
        Apart = await DeployAsync(copy.Path, "apart", Nothing);
        await File.WriteAllTextAsync(Path.Combine(copy.Path, "spread.bicepparam"), SpreadParameters);
        Spread = await DeployAsync(copy.Path, "spread", Nothing);
        Template = JsonDocument.Parse(
            (await BicepCompiler.RunAsync(copy.Path, Nothing, "build", "main.bicep", "--stdout")).Output).RootElement.Clone();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private static async Task<Deployment> DeployAsync(string folder, string profile, Dictionary<string, string> environment)
    {
        var (_, complaints) = await BicepCompiler.RunAsync(
            folder, environment, "snapshot", $"{profile}.bicepparam", "--subscription-id", Subscription, "--tenant-id", Tenant,
            "--location", "westeurope", "--deployment-name", "test");
        return new Deployment(await File.ReadAllTextAsync(Path.Combine(folder, $"{profile}.snapshot.json")), complaints);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
