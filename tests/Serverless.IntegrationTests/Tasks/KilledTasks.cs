using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>
/// Tasks whose hosts are killed one after the other, each with a clock that is further ahead, and the ledger that they write.
/// </summary>
/// <param name="azurite">The storage.</param>
/// <param name="kind">The host's name.</param>
/// <param name="count">How many tasks there are.</param>
/// <param name="minutesBetween">How far the clock goes on with each kill: longer than what a killed host holds.</param>
internal sealed class KilledTasks(AzuriteFixture azurite, string kind, int count, int minutesBetween) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Nothing was run yet.</summary>
    public bool IsLedgerEmpty => !File.Exists(Ledger) || new FileInfo(Ledger).Length == 0;

    private string Ledger => Path.Combine(_folder.Path, "ledger.txt");

    /// <summary>The arguments of the host after so many kills.</summary>
    public string[] ListArguments(int kills, params string[] more) =>
        [kind, _folder.Path, azurite.ConnectionString, Ledger, $"{count}", $"{minutesBetween * kills}", .. more];

    /// <summary>The numbers of the tasks that ran, in the order in which they did.</summary>
    public async Task<IReadOnlyList<int>> ReadLedgerAsync() =>
        [.. (await File.ReadAllLinesAsync(Ledger)).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    /// <summary>A host that looks at what they have left.</summary>
    public Task<TaskHost> OpenAsync(int kills)
    {
        var now = TimeProvider.System.GetUtcNow().AddMinutes(minutesBetween * (kills + 1));
        return TaskHost.StartAsync(azurite, folder: _folder.Path, time: new FakeTimeProvider(now));
    }

    public void Dispose() => _folder.Dispose();
}
