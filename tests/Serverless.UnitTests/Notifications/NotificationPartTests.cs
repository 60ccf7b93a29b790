using System.Net;
using System.Text;
using Serverless.Notifications;
using Serverless.Notifications.Webhooks;

namespace Serverless.UnitTests.Notifications;

public sealed class NotificationPartTests
{
    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("168.63.129.16", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    public void PublicAddresses_Contains_TheInternetOnly(string address, bool expected) =>
        Assert.Equal(expected, PublicAddresses.Contains(IPAddress.Parse(address)));

    [Fact]
    public void Signature_OfTheStandardsExample_IsTheStandards()
    {
        const string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        var body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");

        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookSignature.Create(
                secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body));
        Assert.Equal(2, WebhookSignature.Create($"{secret} {secret}", "a", 1, body).Split(' ').Length);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    [InlineData("whsec_c2hvcnQ=", false)]
    public void Secrets_OfTheRightForm_AreTaken(string? secrets, bool expected) =>
        Assert.Equal(expected, WebhookSignature.AreSecrets(secrets));

    [Theory]
    [InlineData("22:00-07:00", "2026-01-10T21:59:59+01:00", "2026-01-10T21:59:59+01:00")]
    [InlineData("22:00-07:00", "2026-01-10T22:00:00+01:00", "2026-01-11T07:00:00+01:00")]
    [InlineData("22:00-07:00", "2026-01-11T06:59:59+01:00", "2026-01-11T07:00:00+01:00")]
    [InlineData("22:00-07:00", "2026-01-11T07:00:00+01:00", "2026-01-11T07:00:00+01:00")]
    [InlineData("12:00-13:00", "2026-07-01T12:30:00+02:00", "2026-07-01T13:00:00+02:00")]
    [InlineData("22:00-07:00", "2026-03-28T23:00:00+01:00", "2026-03-29T07:00:00+02:00")]
    [InlineData("22:00-02:30", "2026-03-28T23:00:00+01:00", "2026-03-29T03:00:00+02:00")]
    [InlineData("22:00-02:10", "2026-03-28T23:00:00+01:00", "2026-03-29T03:00:00+02:00")]
    [InlineData("22:00-02:30", "2026-10-24T23:00:00+02:00", "2026-10-25T02:30:00+02:00")]
    [InlineData("22:00-02:30", "2026-10-25T02:10:00+02:00", "2026-10-25T02:30:00+02:00")]
    [InlineData("22:00-02:30", "2026-10-25T02:40:00+02:00", "2026-10-25T02:40:00+02:00")]
    [InlineData("22:00-02:30", "2026-10-25T02:10:00+01:00", "2026-10-25T02:30:00+01:00")]
    [InlineData("22:00-07:00", "2026-10-24T23:00:00+02:00", "2026-10-25T07:00:00+01:00")]
    public void QuietHours_NextAllowed_IsTheirEndByTheReceiversClock(string hours, string time, string expected)
    {
        var quiet = QuietHours.Parse($"{hours} Europe/Stockholm");

        Assert.Equal(DateTimeOffset.Parse(expected, null), quiet.FindNextAllowed(DateTimeOffset.Parse(time, null)));
        Assert.Equal($"{hours} Europe/Stockholm", quiet.ToString());
    }
}
