using System.Globalization;
using System.Text.Json;
using Serverless.Http;
using Serverless.Tasks.Endpoints;

namespace Serverless.UnitTests.Http;

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MachineZoneTests
{
    public const string Name = "Machine zone";
}

/// <summary>On a machine that is not in UTC: the zone is the process's, so nothing else runs meanwhile.</summary>
[Collection(MachineZoneTests.Name)]
public sealed class UtcTimeTests : IDisposable
{
    private readonly string? _zone = Environment.GetEnvironmentVariable("TZ");

    public UtcTimeTests() => SetZone("America/New_York");

    public void Dispose() => SetZone(_zone);

    [Theory]
    [InlineData("2026-12-01T10:00", "2026-12-01T10:00:00.0000000Z")]
    [InlineData("2026-12-01 10:00:30", "2026-12-01T10:00:30.0000000Z")]
    [InlineData("2026-12-01", "2026-12-01T00:00:00.0000000Z")]
    [InlineData("2026-03-08T02:30", "2026-03-08T02:30:00.0000000Z")]
    [InlineData("2026-12-01T10:00:00Z", "2026-12-01T10:00:00.0000000Z")]
    [InlineData("2026-12-01t10:00:00z", "2026-12-01T10:00:00.0000000Z")]
    [InlineData("2026-12-01T10:00+02:00", "2026-12-01T08:00:00.0000000Z")]
    [InlineData("2026-12-01T10:00:00.25-0330", "2026-12-01T13:30:00.2500000Z")]
    [InlineData("2026-12-01T10:00:00,123456789Z", "2026-12-01T10:00:00.1234567Z")]
    [InlineData("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.0000000Z")]
    public void TryParse_IsoTime_IsUtcUnlessItSaysOtherwise(string text, string expected)
    {
        Assert.True(TimeZoneInfo.Local.BaseUtcOffset != TimeSpan.Zero);
        Assert.True(UtcTime.TryParse(text, out var time));
        Assert.Equal((expected, TimeSpan.Zero), (time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), time.Offset));

        var body = JsonSerializer.Deserialize<SendRequest>($$"""{"eta": "{{text}}", "expires": "{{text}}"}""", AppJson.Options)!;
        Assert.Equal((time, time), (body.Eta, body.Expires));
        Assert.Equal(DateTimeKind.Utc, JsonSerializer.Deserialize<DateTime>($"\"{text}\"", AppJson.Options).Kind);
        Assert.Equal(time.UtcDateTime, JsonSerializer.Deserialize<DateTime>($"\"{text}\"", AppJson.Options));
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("10:00")]
    [InlineData("1/2/2026")]
    [InlineData("2026-13-01")]
    [InlineData("2026-02-30T10:00")]
    [InlineData("2026-12-01T24:00")]
    [InlineData("2026-12-01T10:00:60Z")]
    [InlineData("2026-12-01T10:00 ")]
    [InlineData("2026-12-01T10")]
    [InlineData("20261201T100000Z")]
    [InlineData("2026-12-01T10:00+25:00")]
    [InlineData("9999-12-31T23:59:59-12:00")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("1969-12-31T23:59:59Z")]
    public void TryParse_NoIsoTime_IsRefused(string text)
    {
        Assert.False(UtcTime.TryParse(text, out _));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<SendRequest>($$"""{"eta": "{{text}}"}""", AppJson.Options));
    }

    [Fact]
    public void Write_ThenRead_IsTheSameMoment()
    {
        var time = new DateTimeOffset(2026, 12, 1, 10, 0, 0, TimeSpan.FromHours(-5));

        Assert.Equal(time, JsonSerializer.Deserialize<DateTimeOffset>(JsonSerializer.Serialize(time, AppJson.Options), AppJson.Options));
    }

    private static void SetZone(string? zone)
    {
        Environment.SetEnvironmentVariable("TZ", zone);
        TimeZoneInfo.ClearCachedData();
    }
}
