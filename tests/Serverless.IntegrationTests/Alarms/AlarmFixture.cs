using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Serverless.Alarms;
using Serverless.Http;
using Serverless.Notifications;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Alarms;

/// <summary>Alarms in tables of their own, of something that a test says to be wrong, by an app that may die before any request.</summary>
internal sealed class AlarmFixture
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly Death _death = new();
    private readonly TableClient _table;

    public AlarmFixture(AzuriteFixture azurite)
    {
        var options = new TableClientOptions();
        options.AddPolicy(_death, HttpPipelinePosition.PerCall);
        var tables = new TableServiceClient(azurite.ConnectionString, options);
        var name = Guid.NewGuid().ToString("N");
        _table = azurite.Tables.GetTableClient($"Alarms{name}");
        Store = new AlarmStore(new LazyTable(tables, _table.Name));
        Notifications = new NotificationStore(new LazyTable(tables, $"Notifications{name}"), Time);
    }

    public FakeTimeProvider Time { get; } = new(Noon);

    public AlarmStore Store { get; }

    public NotificationStore Notifications { get; }

    /// <summary>Names of causes that are wrong.</summary>
    public string[] Bad { get; set; } = [];

    public AlarmEvaluator CreateEvaluator() =>
        new(Store, [new Told(this)], new AlarmMessenger(Notifications), Time, NullLogger<AlarmEvaluator>.Instance);

    public async Task<Alarm> PutAsync(string name, params string[] emails)
    {
        var definition = new AlarmDefinition { When = AlarmKind.QueueAge, After = TimeSpan.FromMinutes(5), Emails = emails };
        var (alarm, _) = await Store.ChangeAsync(
            name, found => new Alarm(name, found?.Id ?? Guid.NewGuid().ToString("N"), definition, new AlarmState(), Noon, Noon), default);
        return alarm!;
    }

    public Task OverwriteAsync(AlarmRow row) => _table.UpsertEntityAsync(row, TableUpdateMode.Replace);

    /// <summary>The headings that receivers are sent, by receiver.</summary>
    public async Task<IReadOnlyList<(string Target, string Heading)>> ListToldAsync()
    {
        var (notifications, _) = await Notifications.ListAsync(null, 1_000, null, default);
        return [.. notifications.Select(n => (n.Target, n.Payload.GetProperty("heading").GetString()!)).Order()];
    }

    /// <summary>Looks once, and dies before a request, or before its answer.</summary>
    /// <returns>False when it never came to that.</returns>
    public async Task<bool> LookAndDieAsync(int request, bool isAnswerLost)
    {
        _death.Arm(request, isAnswerLost);
        try
        {
            await CreateEvaluator().RunAsync(default);
        }
        catch (Azure.RequestFailedException)
        {
            // It is dead: nobody hears of it.
        }

        return _death.Disarm();
    }

    private sealed class Told(AlarmFixture fixture) : IAlarmSource
    {
        public AlarmKind Kind => AlarmKind.QueueAge;

        public Task CheckAsync(AlarmDefinition definition, ValidationErrors faults, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public Task<IReadOnlyList<AlarmFindings>> FindAsync(
            IReadOnlyList<AlarmDefinition> alarms, DateTimeOffset now, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<AlarmFindings>>(
                [.. alarms.Select(_ => new AlarmFindings(fixture.Bad.ToDictionary(b => b, _ => "It is wrong.")))]);
    }

    private sealed class Death : HttpPipelinePolicy
    {
        private int _left = int.MaxValue;
        private bool _isAnswerLost;
        private bool _isDead;

        public void Arm(int request, bool isAnswerLost) => (_left, _isAnswerLost, _isDead) = (request, isAnswerLost, false);

        public bool Disarm()
        {
            _left = int.MaxValue;
            return _isDead;
        }

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            var isLast = Interlocked.Decrement(ref _left) == -1;
            if (_left < 0) _isDead = true;
            if (_left >= 0 || (isLast && _isAnswerLost)) await ProcessNextAsync(message, pipeline);
            if (_left < 0) throw new Azure.RequestFailedException("The app is dead.");
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
