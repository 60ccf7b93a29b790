using Serverless.Messaging;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

public sealed class EmulatorTests
{
    private const string Update = "UPDATE_GENERATED";

    private static readonly QueueCatalog Catalog = QueueCatalog.Load();

    [Fact]
    public async Task Config_IsWhatTheListOfQueuesMakes()
    {
        var path = Path.Combine(Repository.Root, "infra", "emulator", "Config.json");
        var expected = EmulatorConfig.Generate(Catalog);
        if (Environment.GetEnvironmentVariable(Update) == "1") await File.WriteAllTextAsync(path, expected);

        var actual = (await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n");

        Assert.True(expected == actual, $"infra/emulator/Config.json is not what infra/queues.json makes: run this test with {Update}=1.");
    }

    [Fact]
    public void Catalog_FitsIntoTheEmulator()
    {
        Assert.InRange(Catalog.Lanes.Count(), 1, 50);
        Assert.All(Catalog.Entries, e =>
        {
            Assert.InRange(e.MaxDeliveryCount, 1, 10);
            Assert.InRange(e.LockDuration, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));
        });
    }

    [Fact]
    public void Compose_StartsTheAzuriteThatTheLocalHostStarts()
    {
        var compose = File.ReadAllText(Path.Combine(Repository.Root, "infra", "compose.yaml"));
        var package = File.ReadAllText(Path.Combine(Repository.Root, "local", "azurite", "package.json"));
        var image = compose.Split('\n')
            .Single(l => l.Contains("azurite:", StringComparison.Ordinal) && l.Contains("image:", StringComparison.Ordinal));

        Assert.Contains($"\"{image.Trim().Split(':')[^1]}\"", package, StringComparison.Ordinal);
    }
}
