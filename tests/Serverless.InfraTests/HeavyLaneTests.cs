using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Serverless.Messaging;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

/// <summary>Two apps share the functions of one package: each runs what the other has switched off.</summary>
[Collection(CompiledBicep.Name)]
public sealed class HeavyLaneTests(BicepFixture bicep)
{
    private const string Update = "UPDATE_GENERATED";

    /// <summary>The names of all functions.</summary>
    internal static readonly IReadOnlyList<string> Functions =
    [
        .. typeof(QueueCatalog).Assembly.GetTypes().SelectMany(t => t.GetMethods())
            .Select(m => m.GetCustomAttribute<FunctionAttribute>()?.Name).OfType<string>().Distinct().Order(StringComparer.Ordinal),
    ];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private static readonly string List = Path.Combine(Repository.Root, "infra", "functions.json");

    [Fact]
    public async Task List_OfTheFunctions_IsThatOfTheCode()
    {
        var expected = JsonSerializer.Serialize(Functions, Indented) + "\n";
        if (Environment.GetEnvironmentVariable(Update) == "1") await File.WriteAllTextAsync(List, expected);

        var actual = (await File.ReadAllTextAsync(List)).ReplaceLineEndings("\n");

        Assert.True(expected == actual, $"infra/functions.json does not list the functions that there are: run this test with {Update}=1.");
    }

    // On Linux a setting cannot have a hyphen in its name: https://learn.microsoft.com/azure/azure-functions/disable-function
    [Fact]
    public void Names_OfFunctions_CanStandInASetting() => Assert.All(Functions, name => Assert.Matches(@"^\w+$", name));

    [BicepTheory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Functions_EachRunInOneOfTheApps(string profile)
    {
        var heavy = QueueCatalog.Load().Entries.Where(e => e.Heavy).SelectMany(e => e.Lanes)
            .Select(l => $"queue_{l.Replace('-', '_')}").Order(StringComparer.Ordinal);

        Assert.Equal(Functions.Except(heavy), Running(bicep[profile], "app"));
        Assert.Equal(heavy, Running(bicep[profile], "heavy"));
    }

    // Each has its package in a container of its own, under the same name.
    [BicepTheory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Packages_LieApart(string profile)
    {
        var packages = bicep[profile].OfType("Microsoft.Web/sites").Select(s => s.GetProperty("properties").GetProperty("functionAppConfig")
            .GetProperty("deployment").GetProperty("storage").GetProperty("value").GetString()).ToList();

        Assert.Equal(2, packages.Count);
        Assert.Equal(2, packages.Distinct().Count());
    }

    [BicepTheory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Settings_OfBoth_AreOtherwiseTheSame(string profile) =>
        Assert.Equal(Others(bicep[profile].AppSettingsOf("app")), Others(bicep[profile].AppSettingsOf("heavy")));

    private static IEnumerable<string> Running(Deployment deployment, string app) =>
        Functions.Where(f => !deployment.AppSettingsOf(app).ContainsKey($"AzureWebJobs.{f}.Disabled"));

    private static IEnumerable<KeyValuePair<string, string>> Others(IReadOnlyDictionary<string, string> settings) =>
        settings.Where(s => !s.Key.EndsWith(".Disabled", StringComparison.Ordinal)).OrderBy(s => s.Key, StringComparer.Ordinal);
}
