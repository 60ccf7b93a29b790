using System.Diagnostics.Metrics;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;
using Moq;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Monitoring.Recording;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Queues;

public sealed class QueueAgesTests : IAsyncLifetime
{
    private QueueFixture _fixture = null!;
    private readonly Mock<IQueueAdmin> _admin = new(MockBehavior.Strict);
    private readonly CollectedLogs _collected = new();
    private readonly LoggerFactory _logs;
    private QueueAges _sut = null!;

    public QueueAgesTests() => _logs = new LoggerFactory([_collected]);

    public async Task InitializeAsync()
    {
        _fixture = await QueueFixture.StartAsync();
        _admin.Setup(a => a.PeekAsync(It.IsAny<string>(), false, It.IsAny<long>(), It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .Returns((string lane, bool dead, long from, int max, CancellationToken token) =>
                _fixture.Admin.PeekAsync(lane, dead, from, max, token));
        _sut = new QueueAges(_admin.Object, QueueCatalog.Load(), _fixture.Time, _logs.CreateLogger<QueueAges>());
    }

    public async Task DisposeAsync()
    {
        _sut.Dispose();
        _logs.Dispose();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task MeasureAsync_WaitingMessages_GivesTheOldestOfEachLane()
    {
        await SendAsync("email", "first");
        _fixture.Time.Advance(TimeSpan.FromMinutes(3));
        await SendAsync("email", "second");
        await _fixture.Sender.SendAsync("tenants", [Message("t") with { SessionId = "a" }]);
        _fixture.Time.Advance(TimeSpan.FromMinutes(1));

        await _sut.MeasureAsync(CancellationToken.None);

        var ages = Observe();
        Assert.Equal(QueueCatalog.Load().Lanes.Order(StringComparer.Ordinal), ages.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((240, 60, 0), (ages["email"], ages["tenants"], ages["default"]));
    }

    [Fact]
    public async Task MeasureAsync_ScheduledMessagesInFront_AreNotWaiting()
    {
        var due = _fixture.Time.GetUtcNow() + TimeSpan.FromHours(1);
        for (var i = 0; i < 150; i++) await _fixture.Sender.ScheduleAsync("default", Message($"later-{i}"), due);
        await SendAsync("default", "now");
        _fixture.Time.Advance(TimeSpan.FromSeconds(30));

        await _sut.MeasureAsync(CancellationToken.None);

        Assert.Equal(30, Observe()["default"]);
    }

    // Besides its own exceptions, the client throws null references when its connection goes away under it.
    [Theory]
    [InlineData(typeof(ServiceBusException))]
    [InlineData(typeof(NullReferenceException))]
    public async Task MeasureAsync_OneLaneFails_MeasuresTheOthersAndWarnsOnce(Type fault)
    {
        _admin.Setup(a => a.PeekAsync("email", false, It.IsAny<long>(), It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync((Exception)Activator.CreateInstance(fault)!);

        await _sut.MeasureAsync(CancellationToken.None);

        var warning = Assert.Single(_collected.Lines);
        Assert.StartsWith("The age of 1 of ", warning.Message, StringComparison.Ordinal);
        Assert.IsType(fault, warning.Exception);
        Assert.DoesNotContain("email", Observe().Keys);
        Assert.Contains("email-high", Observe().Keys);
    }

    [Fact]
    public async Task Observe_NotMeasuredForLong_SaysNothing()
    {
        await _sut.MeasureAsync(CancellationToken.None);
        _fixture.Time.Advance(TimeSpan.FromMinutes(6));

        Assert.Empty(Observe());
    }

    private Task SendAsync(string lane, string id) => _fixture.Sender.SendAsync(lane, [Message(id)]);

    private static OutgoingMessage Message(string id) => new(id, BinaryData.FromString("{}"));

    private Dictionary<string, double> Observe()
    {
        var ages = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == Telemetry.Name && ReferenceEquals(instrument.Meter.Scope, _sut))
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => ages[(string)tags[0].Value!] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return ages;
    }
}
