using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;

namespace Serverless.Email.Sending;

/// <summary>Accepts the certificates of one authority only, for the name that was connected to.</summary>
internal sealed class ServerTrust(string file)
{
    private readonly X509Certificate2 _authority = X509CertificateLoader.LoadCertificate(
        X509Certificate2.CreateFromPem(File.ReadAllText(file)).RawData);

    public void Apply(SmtpClient client)
    {
        // An authority of one's own has no revocation list to ask.
        client.CheckCertificateRevocation = false;
        client.ServerCertificateValidationCallback = (_, certificate, _, errors) => certificate is not null
            && IsTrusted(certificate, errors);
    }

    private bool IsTrusted(X509Certificate certificate, SslPolicyErrors errors)
    {
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var presented = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(presented);
    }
}
