using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.Local;
using Serverless.TestSupport;
using Serverless.Timers;

namespace Serverless.InfraTests;

[Collection(CompiledBicep.Name)]
public sealed partial class AppSettingsTests(BicepFixture bicep)
{
    /// <summary>Parts of a connection that the Functions host or an SDK reads, not the app.</summary>
    private static readonly HashSet<string> ReadByTheHost = ["credential", "queueServiceUri"];

    private static readonly string Sources = string.Join('\n', SourceFiles().Select(File.ReadAllText));
    private static readonly string Hosts = string.Concat(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "infra", "hosts")).Select(File.ReadAllText));

    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "infra", "README.md"));

    [BicepTheory]
    [InlineData("dev")]
    [InlineData("prod")]
    [InlineData("apart")]
    public void Settings_ThatAreSet_AreRead(string profile) =>
        Assert.All(bicep[profile].AppSettings.Keys, s => Assert.True(IsRead(s), $"infra/modules/app.bicep sets {s}, which nothing reads."));

    [BicepFact]
    public void Settings_ThatAreRead_AreSetOrDocumentedAsOptional()
    {
        var set = bicep.Prod.AppSettings.Keys.Concat(bicep.Apart.AppSettings.Keys).Distinct().ToList();

        Assert.All(NamesRead(), name => Assert.True(
            set.Any(s => s == name || s.StartsWith($"{name}__", StringComparison.Ordinal))
                || Readme.Contains($"`{name}", StringComparison.Ordinal),
            $"The code reads {name}: set it in infra/modules/app.bicep, or list it among the optional settings of infra/README.md."));
    }

    [BicepTheory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Connections_AreWhole_AndWithoutKeys(string profile)
    {
        var settings = bicep[profile].AppSettings;

        Assert.Superset(
            new HashSet<string>
            {
                "AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__queueServiceUri", "AzureWebJobsStorage__tableServiceUri",
                "AzureWebJobsStorage__clientId", "ServiceBus__fullyQualifiedNamespace", "ServiceBus__clientId",
            },
            settings.Keys.ToHashSet());
        Assert.DoesNotContain("AzureWebJobsStorage", settings.Keys);
        Assert.DoesNotContain("ServiceBus", settings.Keys);
    }

    [BicepFact]
    public void Settings_OptionalParameters_SetTheirs()
    {
        Assert.DoesNotContain("OTEL_EXPORTER_OTLP_ENDPOINT", bicep.Dev.AppSettings.Keys);
        Assert.Equal("https://otlp.example.org", bicep.Prod.AppSettings["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Contains(bicep.Prod.OfType("Microsoft.Web/sites/config"), c => Deployment.LeafOf(c) == "authsettingsV2");
        Assert.DoesNotContain(bicep.Dev.OfType("Microsoft.Web/sites/config"), c => Deployment.LeafOf(c) == "authsettingsV2");
    }

    [Fact]
    public void LocalSample_NamesTheSameConnections()
    {
        var sample = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "local.settings.sample.json")))!["Values"]!.AsObject();

        var timers = TimerSettings.Read();
        List<string> expected = ["AzureWebJobsStorage", "FUNCTIONS_WORKER_RUNTIME", "ServiceBus", .. timers.Keys];
        Assert.Equal(expected.Order(StringComparer.Ordinal), sample.Select(v => v.Key).Order(StringComparer.Ordinal));
        Assert.All(timers, t => Assert.Equal(t.Value, (string?)sample[t.Key]));
        Assert.All(NamesRead().Where(n => n is "AzureWebJobsStorage" or "ServiceBus"), n => Assert.Contains(n, sample));
    }

    private static bool IsRead(string setting)
    {
        // The host reads it, for a function that is there.
        if (Disabled().Match(setting) is { Success: true } off) return HeavyLaneTests.Functions.Contains(off.Groups["name"].Value);

        // The package's host.json names them.
        if (Hosts.Contains(setting, StringComparison.Ordinal)) return true;

        // DefaultAzureCredential reads it where it is given no client id.
        if (setting == "AZURE_CLIENT_ID") return Sources.Contains("new DefaultAzureCredential()", StringComparison.Ordinal);
        if (Sources.Contains($"[TimerTrigger(\"%{setting}%\"", StringComparison.Ordinal)) return true;
        if (setting.EndsWith(ClockSettings.Suffix, StringComparison.Ordinal))
            return Sources.Contains($"string Name => \"{setting[..^ClockSettings.Suffix.Length]}\"", StringComparison.Ordinal);
        var parts = setting.Split("__");
        if (!Sources.Contains($"\"{parts[0]}\"", StringComparison.Ordinal)) return false;
        if (parts.Length == 1 || ReadByTheHost.Contains(parts[1])) return true;
        return Sources.Contains($":{parts[1]}\"", StringComparison.Ordinal)
            || (Sources.Contains($"GetSection(\"{parts[0]}\")", StringComparison.Ordinal)
                && Regex.IsMatch(Sources, $$"""public \S+ {{Regex.Escape(parts[1])}} \{ get; (set|init); \}"""))
            || (parts[1].EndsWith("ServiceUri", StringComparison.Ordinal)
                && Sources.Contains(":{service}ServiceUri\"", StringComparison.Ordinal)
                && Sources.Contains($"\"{parts[1][..^"ServiceUri".Length]}\"", StringComparison.Ordinal));
    }

    private static IEnumerable<string> NamesRead() => Reads().Matches(Sources)
        .Select(m => m.Groups["name"].Value.Split(':')[0]).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> SourceFiles()
    {
        var root = Path.Combine(Repository.Root, "functions");
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(f => Path.GetRelativePath(root, f).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));
    }

    [GeneratedRegex("""(const string \w*(Setting|Section|Authentication)\w* = |GetSection\(|GetValue<[^>]+>\(|BindConfiguration\(|onfiguration\[|GetEnvironmentVariable\()"(?<name>[A-Za-z][\w:]*)""")]
    private static partial Regex Reads();

    [GeneratedRegex(@"^AzureWebJobs\.(?<name>\w+)\.Disabled$")]
    private static partial Regex Disabled();
}
