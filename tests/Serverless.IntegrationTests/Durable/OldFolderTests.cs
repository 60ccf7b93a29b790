using Serverless.Local.Runtime.Durable;
using Serverless.Local.Sqlite;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Durable;

public sealed class OldFolderTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Start_FolderOfAnOlderVersion_IsRefusedWhileAnythingIsUnfinished(int status, bool refused)
    {
        using var folder = new TemporaryFolder();
        await using var store = SqliteStore.Open(Path.Combine(folder.Path, "host.db"));
        await store.MigrateAsync(DurableSchema.Component, DurableSchema.Steps[0]);
        await store.WriteAsync(s => s.Execute(
            "INSERT INTO instances (id, name, version, status, created, updated, output) VALUES ('old', 'Old', '', $1, 1, 1, '7')",
            status));
        await using var engine = new DurableEngine(new TestFunctions(), new DurableEngineOptions(store));

        if (refused)
        {
            var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => engine.StartAsync(CancellationToken.None));
            Assert.Contains("1 unfinished orchestrations of an older version", refusal.Message, StringComparison.Ordinal);
            return;
        }

        await engine.StartAsync(CancellationToken.None);
        Assert.Equal("7", (await engine.Client.GetInstanceAsync("old", getInputsAndOutputs: true))!.SerializedOutput);
    }
}
